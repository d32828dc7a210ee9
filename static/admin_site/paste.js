// What the editor makes of text from Word and from other pages.
import { Extension, Plugin } from "django-prose-editor/editor";

const PICTURES = "Bilder och filer går inte att klistra in eller dra till texten. Välj knappen Bild i stället.";

const count = (number, one, many) => (number ? [`${number} ${number === 1 ? one : many}`] : []);
const has = (element, style) => style.test(element.getAttribute("style") ?? "");
const remove = (elements) => elements.map((element) => element.remove()).length;
const unwrap = (element) => element.replaceWith(...element.childNodes);

const rename = (element, name) => {
  const renamed = element.ownerDocument.createElement(name);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
};

// Comments are anchors in the text and a list below it: https://learn.microsoft.com/office/office-html-and-xml
const removeComments = (body) => {
  const anchors = remove([...body.querySelectorAll(".msocomanchor")]);
  remove([...body.querySelectorAll(".MsoCommentReference, .MsoCommentText, .msocomtxt, .msocomoff")]);
  remove([...body.querySelectorAll("[style]")].filter((element) => has(element, /mso-element:\s*comment/)));
  return anchors;
};

// Word's lists are paragraphs with a level, and with a bullet or a number as text.
const makeLists = (body) => {
  let lists = [];
  let last = null;
  for (const paragraph of [...body.querySelectorAll("[style]")].filter((element) => has(element, /mso-list:[^;]*level/))) {
    const marker = [...paragraph.querySelectorAll("[style]")].find((element) => has(element, /mso-list:\s*ignore/i));
    const number = /^\s*(\w+)[.)]/.exec(marker?.textContent ?? "")?.[1];
    marker?.remove();
    if (!last || paragraph.previousElementSibling !== lists[0]) lists = [];
    const level = Number(/level(\d)/.exec(paragraph.getAttribute("style"))[1]);
    lists.length = Math.min(lists.length, level);
    while (lists.length < level) {
      const list = body.ownerDocument.createElement(number ? "ol" : "ul");
      if (Number(number) > 1) list.setAttribute("start", number);
      if (lists.length) last.append(list);
      else paragraph.before(list);
      lists.push(list);
      if (lists.length < level) last = list.appendChild(body.ownerDocument.createElement("li"));
    }
    last = lists.at(-1).appendChild(body.ownerDocument.createElement("li"));
    last.append(...paragraph.childNodes);
    paragraph.remove();
  }
};

// The site's own headings begin below the page's: h2 and h3.
const lowerHeadings = (body) => {
  for (const title of body.querySelectorAll(".MsoTitle")) rename(title, "h1");
  const below = body.querySelector("h1") ? 1 : 0;
  for (const heading of body.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    rename(heading, `h${Math.min(Number(heading.tagName[1]) + below, 3)}`);
  }
};

// A table keeps its rows, the first of them as headers. One that only frames its text becomes paragraphs, row by row.
const spreadTables = (body) => {
  for (const table of [...body.querySelectorAll("table")].reverse()) { // the inner ones first
    const rows = [...table.rows];
    if (!table.parentElement.closest("table") && rows.some((row) => row.cells.length > 1)) {
      if (!table.querySelector("th")) for (const cell of [...rows[0].cells]) rename(cell, "th");
      continue;
    }
    for (const cell of rows.flatMap((row) => [...row.cells])) {
      if (!cell.querySelector("p, div, ul, ol, h1, h2, h3")) rename(cell, "p");
    }
    table.replaceWith(...rows.flatMap((row) => [...row.children].flatMap((cell) => (cell.matches("p") ? cell : [...cell.childNodes]))));
  }
};

const clean = (html) => {
  const body = new DOMParser().parseFromString(html, "text/html").body;
  const removed = [
    ...count(removeComments(body), "kommentar", "kommentarer"),
    ...(remove([...body.querySelectorAll("del, .msoDel")]) ? ["struken text"] : []),
    ...count(remove([...body.querySelectorAll("img, svg, picture, object, video")]), "bild", "bilder"),
  ];
  for (const link of body.querySelectorAll("a[href^='#_']")) unwrap(link); // Word's bookmarks
  makeLists(body);
  lowerHeadings(body);
  spreadTables(body);
  for (const element of body.querySelectorAll("[lang]")) element.removeAttribute("lang"); // Word guesses at them
  remove([...body.querySelectorAll("p")].filter((paragraph) => !paragraph.textContent.trim()));
  return [body.innerHTML, removed.length ? `Det här följde inte med när du klistrade in: ${removed.join(", ")}.` : ""];
};

const tell = (view, text) => {
  const editor = view.dom.closest(".prose-editor");
  let line = editor.parentElement.querySelector(".pasted");
  if (!line) {
    line = Object.assign(document.createElement("p"), { className: "pasted", role: "status" });
    editor.after(line);
  }
  line.textContent = text;
  line.hidden = !text;
};

export const WordPaste = Extension.create({
  name: "wordPaste",
  addProseMirrorPlugins() {
    return [
      new Plugin({
        props: {
          transformPastedHTML(html, view) {
            if (html.includes("data-pm-slice")) return html; // from the editor itself
            const [cleaned, told] = clean(html);
            tell(view, told);
            return cleaned;
          },
          handlePaste(view, event) {
            const data = event.clipboardData;
            if (!data.files.length || data.types.includes("text/html") || data.types.includes("text/plain")) return false;
            tell(view, PICTURES);
            return true;
          },
          handleDrop(view, event) {
            if (!event.dataTransfer?.files.length) return false;
            tell(view, PICTURES);
            return true;
          },
        },
      }),
    ];
  },
});
