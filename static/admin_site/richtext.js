// The editor's languages and tables.
import { crel, Mark, Table as BaseTable } from "django-prose-editor/editor";

// The language of some words in a text of another, for screen readers (WCAG 3.1.2).
export const Language = Mark.create({
  name: "language",
  priority: 101, // outside bold and links, which do not split it
  addOptions: () => ({ languages: [] }),
  addAttributes: () => ({ lang: { default: null } }),
  parseHTML() {
    return [{ tag: "span[lang]", getAttrs: (span) => this.options.languages.includes(span.lang) && null }];
  },
  renderHTML: ({ HTMLAttributes }) => ["span", HTMLAttributes, 0],
  addMenuItems({ buttons, menu }) {
    const names = new Intl.DisplayNames(["sv"], { type: "language" });
    const define = (code, button, title, rest) => {
      button.dataset.name = `language:${code}`;
      menu.defineItem({ name: `language:${code}`, groups: "language", button, option: crel("p", { textContent: title }), ...rest });
    };
    for (const code of this.options.languages) {
      define(code, buttons.text(code.toUpperCase(), `Ordens språk: ${names.of(code)}`), names.of(code), {
        active: (editor) => editor.isActive("language", { lang: code }),
        command: (editor) => editor.chain().focus().setMark("language", { lang: code }).run(),
      });
    }
    // Shown while no language is marked; chosen to remove one.
    define("none", buttons.material("translate", "Ordens språk"), "ta bort språket", {
      active: () => true,
      command: (editor) => editor.chain().focus().unsetMark("language", { extendEmptyMarkRange: true }).run(),
    });
  },
});

// A table has headers from the start. Cells are not merged: tables that are read aloud are simple ones.
export const Table = BaseTable.extend({
  addMenuItems({ editor, buttons, menu }) {
    this.parent?.({ editor, buttons, menu });
    menu.defineItem({
      name: "table",
      groups: "insert",
      button: buttons.material("grid_on"),
      hidden: (editor) => editor.isActive("table"),
      command: (editor) => editor.chain().focus().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run(),
    });
    for (const name of ["table:mergeCells", "table:splitCell"]) menu.defineItem({ name, groups: "left-out" });
  },
});
