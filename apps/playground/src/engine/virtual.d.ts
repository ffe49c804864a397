/* Made by vite.config.ts. */
declare module "virtual:relive" {
    export const packed: string; // engine.wasm, deflated, in base85
    export const columns: Record<string, string[]>; // of the data sets that ship: their features' names
}
