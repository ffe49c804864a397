// Measures a page that Chromium has laid out, and leaves what it found, as JSON, in an element of its own.
//
// Slides: the words of each, its pictures, and its faults: what leaves the slide or runs into the foot, letters below 18
// pixels at 1280 × 720, letters that stand out too little (WCAG 2, 4.5 to 1). Pictures, drawn inline: the same of their
// words. The page of pictures is recognised by its <main>.
(() => {
    const SMALLEST = 18, CONTRAST = 4.5, SLACK = 1;
    const rendered = node => node.parentElement.getClientRects().length && !node.parentElement.closest("script, style, details, title, desc");

    function* words(root) {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        while (walker.nextNode())
            if (walker.currentNode.data.trim() && rendered(walker.currentNode))
                yield walker.currentNode;
    }

    const numbers = colour => (colour.match(/[\d.]+/g) || []).map(Number);
    const luminance = colour => {
        const [r, g, b] = numbers(colour).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (a, b) => {
        const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
        return (light + 0.05) / (dark + 0.05);
    };
    function behind(element) {
        for (let at = element; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (numbers(colour)[3] !== 0)
                return colour;
            const layers = at.matches("section") && at.closest("svg").querySelector("[data-marpit-advanced-background=background]");
            if (layers)
                return getComputedStyle(layers).backgroundColor;
        }
        return "rgb(255, 255, 255)";
    }

    function slide(section) {
        const box = section.getBoundingClientRect(), scale = box.width / section.offsetWidth, faults = [];
        const foot = section.querySelector("footer"), floor = foot ? foot.getBoundingClientRect().top : box.bottom;
        const inside = (rect, what, bottom) => {
            if (rect.left < box.left - SLACK || rect.right > box.right + SLACK || rect.top < box.top - SLACK || rect.bottom > bottom + SLACK)
                faults.push(`leaves the slide: ${what}`);
        };
        for (const node of words(section)) {
            const element = node.parentElement, style = getComputedStyle(element), what = node.data.trim().slice(0, 60);
            const range = document.createRange();
            range.selectNodeContents(node);
            for (const rect of range.getClientRects())
                inside(rect, what, element.closest("footer") ? box.bottom : floor);
            if (parseFloat(style.fontSize) < SMALLEST)
                faults.push(`letters of ${style.fontSize}: ${what}`);
            if (contrast(style.color, behind(element)) < CONTRAST)
                faults.push(`contrast of ${contrast(style.color, behind(element)).toFixed(1)}: ${what}`);
        }
        for (const element of section.querySelectorAll("img, table, pre, blockquote, ul, ol, p, h1, h2, h6")) {
            if (!element.getClientRects().length)
                continue;
            inside(element.getBoundingClientRect(), element.tagName, floor);
            if (element.scrollWidth > element.clientWidth + SLACK && !element.matches("img"))
                faults.push(`wider than its place: ${element.tagName}`);
        }
        const number = getComputedStyle(section, "::after");
        if (number.content !== "none" && parseFloat(number.fontSize) < SMALLEST)
            faults.push(`letters of ${number.fontSize}: the number of the slide`);
        if (number.content !== "none" && contrast(number.color, behind(section)) < CONTRAST)
            faults.push("contrast: the number of the slide");
        const pictures = [...section.querySelectorAll("img")].map(image => ({
            source: image.getAttribute("src"), drawn: image.naturalWidth, shown: image.getBoundingClientRect().width / scale }));
        return { words: section.innerText, pictures, faults };
    }

    function picture(figure) {
        const svg = figure.querySelector("svg"), box = svg.getBoundingClientRect(), faults = [], said = [];
        for (const node of words(svg)) {
            const element = node.parentElement, rect = element.getBoundingClientRect(), what = node.data.trim(), size = parseFloat(getComputedStyle(element).fontSize);
            said.push(what);
            if (rect.left < box.left - SLACK || rect.right > box.right + SLACK || rect.top < box.top - SLACK || rect.bottom > box.bottom + SLACK)
                faults.push(`leaves the picture: ${what}`);
            if (size < SMALLEST)
                faults.push(`letters of ${size} px: ${what}`);
        }
        return { name: figure.id, words: said.join(" "), faults };
    }

    const found = document.querySelector("main") ? [...document.querySelectorAll("figure")].map(picture) :
        [...document.querySelectorAll("section")].filter(each => ["content", null].includes(each.getAttribute("data-marpit-advanced-background"))).map(slide);
    const out = document.createElement("pre");
    out.id = "measured";
    out.textContent = JSON.stringify(found);
    document.body.append(out);
})();
