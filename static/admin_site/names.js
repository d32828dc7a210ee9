// Names for what two widgets leave nameless or in English: the editor's buttons and text, and the search in a list.
{
  const BUTTONS = {
    paragraph: "Brödtext",
    heading2: "Rubrik",
    heading3: "Underrubrik",
    bulletList: "Punktlista",
    orderedList: "Numrerad lista",
    orderedListProperties: "Listans utseende",
    blockquote: "Citat",
    bold: "Fetstil",
    italic: "Kursiv",
    link: "Länk",
    unlink: "Ta bort länken",
    picture: "Bild",
    table: "Tabell",
    "table:addColumnAfter": "Ny kolumn till höger",
    "table:deleteColumn": "Ta bort kolumnen",
    "table:addRowAfter": "Ny rad nedanför",
    "table:deleteRow": "Ta bort raden",
    "table:toggleHeaderCell": "Rubrikcell",
    "table:deleteTable": "Ta bort tabellen",
    "history:undo": "Ångra",
    "history:redo": "Gör om",
  };

  const nameButton = (button) => {
    if (button.dataset.name?.startsWith("language:")) return; // has its name
    const name = BUTTONS[button.dataset.name] ?? "Typ av stycke";
    if (button.classList.contains("prose-menubar__option")) button.firstElementChild.textContent = name;
    else {
      button.title = name;
      button.setAttribute("aria-label", name);
    }
  };

  // The field's own label, less its colon.
  const nameField = (field) => {
    const label = field.closest(".fieldBox, .form-row, .target")?.querySelector("label");
    if (label) field.setAttribute("aria-label", label.textContent.trim().replace(/:$/, ""));
  };

  const named = new WeakSet();
  const once = (selector, name) => {
    for (const element of document.querySelectorAll(selector)) {
      if (named.has(element)) continue;
      named.add(element);
      name(element);
    }
  };

  new MutationObserver(() => {
    once(".prose-menubar button", nameButton);
    once(".tiptap, .select2-search__field, .select2-selection--single, .select2-selection__rendered[role=textbox]", nameField);
  }).observe(document.documentElement, { childList: true, subtree: true });
}
