// The text that carries the engine in the page: back to the same bytes, whatever their number.
import { decodeBase85, encodeBase85 } from "./engine.mjs";
import { check, end, same } from "./tap.mjs";

for (let length = 0; length <= 9; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => [255, 0, 128, 1, 254][(i + length) % 5]);
    same(`${length} bytes through base85`, decodeBase85(encodeBase85(bytes)).join(), bytes.join());
}
const everything = encodeBase85(Uint8Array.from({ length: 4096 }, (_, i) => (i * 167 + (i >> 8)) & 255));
check("base85 needs no escapes", everything.length === 5120 && !/[^!-~]|["'`<$\\]/.test(everything), everything);

end();
