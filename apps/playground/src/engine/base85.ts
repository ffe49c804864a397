/* Bytes as text of a page: four bytes in five characters, where base64 takes five and a third. The characters are those
 * that need no escape in any string of a script inside HTML. The last group may be short: n bytes in n + 1 characters. */
const BASE = 85;
const ALPHABET = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter((c) => !"\"$'<\\`".includes(c)).slice(0, BASE);

export function encodeBase85(bytes: Uint8Array): string {
    const characters: string[] = [];
    for (let at = 0; at < bytes.length; at += 4) {
        const group = bytes.subarray(at, at + 4);
        let value = [0, 1, 2, 3].reduce((sum, i) => 256 * sum + (group[i] ?? 0), 0);
        const digits: string[] = [];
        for (let i = 0; i < 5; i++) {
            digits.unshift(ALPHABET[value % BASE]);
            value = Math.floor(value / BASE);
        }
        characters.push(...digits.slice(0, group.length + 1));
    }
    return characters.join("");
}

export function decodeBase85(text: string): Uint8Array<ArrayBuffer> {
    const digit = new Uint8Array(128);
    ALPHABET.forEach((character, i) => (digit[character.charCodeAt(0)] = i));
    const bytes = new Uint8Array(Math.floor((4 * text.length) / 5));
    for (let at = 0, to = 0; at < text.length; at += 5, to += 4) {
        let value = 0;
        for (let i = at; i < at + 5; i++) value = BASE * value + (i < text.length ? digit[text.charCodeAt(i)] : BASE - 1);
        for (let i = 0; i < 4 && to + i < bytes.length; i++) bytes[to + i] = (value / 2 ** (24 - 8 * i)) & 255;
    }
    return bytes;
}
