/* What tests outside a browser take hold of: bundled into one module by tests/run. */
export * from "./api";
export * from "./base85";
export * from "./config";
export { Curves } from "./history";
export { Ledger } from "./ledger";
export { floatText } from "./model";
export { Recording } from "./recording";
export { Session } from "./session";
