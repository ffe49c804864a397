/* The engine without a page: tests and the benchmark drive it from outside, through window.relive. */
import { checkConfig, decodeConfig, defaultConfig, encodeConfig } from "./config";
import { startEngine } from "./engine";

const relive = { startEngine, defaultConfig, encodeConfig, decodeConfig, checkConfig };
declare global {
    interface Window {
        relive: typeof relive;
    }
}
window.relive = relive;
