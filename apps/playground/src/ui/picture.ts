/* The page as one picture: the twins with their networks and boundaries, and the curves; enough said beside them that it
 * can stand alone. It is put together from the canvases on the page. */
import type { App } from "./app";
import { palette } from "./palette";
import { dataTitle, evidence, number, optimizerTitle, percent, twinTitle } from "./words";

const MARGIN = 32;
const SCALE = 2;

export async function picture(app: App): Promise<Blob> {
    const cards = [...document.querySelectorAll<HTMLElement>(".twin")];
    const charts = [...document.querySelectorAll<HTMLCanvasElement>(".chart:not([hidden]) canvas")];
    const network = (card: HTMLElement) => card.querySelector(".network canvas") as HTMLCanvasElement;
    const plane = (card: HTMLElement) => card.querySelector(".plane") as HTMLCanvasElement;
    const column = 420;
    const width = 2 * MARGIN + cards.length * column + (cards.length - 1) * MARGIN;
    const tall = (canvas: HTMLCanvasElement, wide: number) => (canvas.height / canvas.width) * wide;
    const netHeight = Math.max(...cards.map((card) => tall(network(card), column)));
    const planeSize = 220;
    const chartWidth = (width - 2 * MARGIN - (charts.length - 1) * 16) / Math.max(1, charts.length);
    const chartHeight = charts.length ? Math.max(...charts.map((chart) => tall(chart, chartWidth))) : 0;
    const height = MARGIN + 56 + 50 + netHeight + 16 + planeSize + 40 + chartHeight + MARGIN;

    const canvas = document.createElement("canvas");
    canvas.width = SCALE * width;
    canvas.height = SCALE * height;
    const draw = canvas.getContext("2d") as CanvasRenderingContext2D;
    const colours = palette();
    draw.scale(SCALE, SCALE);
    draw.fillStyle = colours.paper;
    draw.fillRect(0, 0, width, height);
    const text = (words: string, x: number, y: number, font: string, colour: string) => {
        draw.font = font;
        draw.fillStyle = colour;
        draw.fillText(words, x, y);
    };
    const { config, frame, world } = app;
    const data = config.data.kind === "shipped" ? dataTitle(config.data.name) : config.data.kind === "csv" ? config.data.name : "Points drawn by hand";
    text(`${data}, step ${frame.step}`, MARGIN, MARGIN + 18, "600 20px system-ui, sans-serif", colours.ink);
    text(
        `${optimizerTitle(config.optimizer)}, learning rate ${number(frame.lr)}, batches of ${world.batch}, seed ${config.seed}. Made with Relive.`,
        MARGIN,
        MARGIN + 40,
        "13px system-ui, sans-serif",
        colours.soft,
    );
    let y = MARGIN + 56;
    cards.forEach((card, i) => {
        const x = MARGIN + i * (column + MARGIN);
        const twin = frame.twins[i];
        draw.fillStyle = colours[`twin${i as 0}`];
        draw.fillRect(x, y + 6, 12, 12);
        text(twinTitle(config.twins[i], config), x + 20, y + 18, "600 16px system-ui, sans-serif", colours.ink);
        text(`${twin.dead} of ${world.hiddenUnits} hidden units dead on ${evidence(world)}`, x, y + 38, "13px system-ui, sans-serif", colours.soft);
        draw.drawImage(network(card), x, y + 50, column, tall(network(card), column));
        const below = y + 50 + netHeight + 16;
        draw.drawImage(plane(card), x, below, planeSize, planeSize);
        const lines = [
            ["Loss", number(twin.trainLoss)],
            ...(world.testRows.length ? [["Test loss", number(twin.testLoss)]] : []),
            ...(world.classes ? [["Training accuracy", percent(twin.trainAccuracy)]] : []),
            ...(world.classes && world.testRows.length ? [["Test accuracy", percent(twin.testAccuracy)]] : []),
        ];
        lines.forEach(([name, value], k) => {
            text(name, x + planeSize + 16, below + 16 + 40 * k, "12px system-ui, sans-serif", colours.soft);
            text(value, x + planeSize + 16, below + 34 + 40 * k, "600 16px system-ui, sans-serif", colours.ink);
        });
    });
    y += 50 + netHeight + 16 + planeSize + 40;
    charts.forEach((chart, i) => {
        const x = MARGIN + i * (chartWidth + 16);
        text(chart.closest("figure")?.querySelector("figcaption")?.textContent ?? "", x, y - 10, "13px system-ui, sans-serif", colours.ink);
        draw.drawImage(chart, x, y, chartWidth, tall(chart, chartWidth));
    });
    return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the browser gave no picture"))), "image/png"));
}
