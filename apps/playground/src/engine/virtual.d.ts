/* Made by vite.config.ts. */
declare module "virtual:relive" {
    export const packed: string; // engine.wasm, deflated, as base64
    export const columns: Record<string, string[]>; // of the data sets that ship: their features' names
}
