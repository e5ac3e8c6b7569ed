// The formatted text: a library fetched when somebody begins to write, over the textarea that stays the form.
import { cleanPasted } from "./paste.js";

const SYNC_MS = 250;
const MOST_HTML = 2_000_000; // characters of a paste: more is put in as plain text
const MOST_TEXT = 200_000;
const EVERY_SPACE = { preserveWhitespace: "full" }; // of plain text: the space somebody has just typed, too
let library = null;

const escape = (text) => text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

/** Plain text as paragraphs; `pictures` (name → { cid, url }) stand where the text names them. */
export function fromText(text, pictures = new Map()) {
  const shown = (line) => escape(line).replace(/!\[([^\]\n]{1,255})\]/g, (whole, name) => {
    const picture = pictures.get(name);
    return picture ? `<img src="${picture.url}" data-cid="${picture.cid}" alt="${name}">` : whole;
  });
  return text.replace(/\r\n?/g, "\n").split(/\n{2,}/).map((part) => `<p>${part.split("\n").map(shown).join("<br>")}</p>`).join("");
}

/** Fetch the library; a second call waits for the first. */
export function fetchLibrary(url) {
  library ??= import(url).catch((error) => { library = null; throw error; });
  return library;
}

function extensions(lib, placeholder) {
  const Picture = lib.Image.extend({
    addOptions() { return { ...this.parent?.(), inline: true, allowBase64: false, HTMLAttributes: {}, resize: false }; },
    inline: true,
    group: "inline",
    addAttributes() {
      return {
        src: { default: "" }, alt: { default: "" }, width: { default: null },
        cid: { default: "", parseHTML: (element) => element.dataset.cid, renderHTML: ({ cid }) => ({ "data-cid": cid }) },
      };
    },
    parseHTML() { return [{ tag: "img[data-cid]" }]; },
    renderHTML({ HTMLAttributes }) { return ["img", HTMLAttributes]; },
    addNodeView() { return null; },
    addInputRules() { return []; },
  });
  const Plain = lib.Link.configure({ openOnClick: false, autolink: true, linkOnPaste: true, defaultProtocol: "https", protocols: ["mailto", "tel"], HTMLAttributes: { target: null, rel: null, class: null } });
  return [
    lib.Document, lib.Paragraph, lib.Text, lib.HardBreak, lib.Bold, lib.Italic, lib.Strike, lib.Code, lib.CodeBlock,
    lib.Blockquote, lib.BulletList, lib.OrderedList, lib.ListItem, lib.Heading.configure({ levels: [2, 3] }), lib.HorizontalRule,
    lib.UndoRedo ?? lib.History, lib.Dropcursor, lib.Gapcursor, Plain, Picture, lib.Table, lib.TableRow, lib.TableHeader, lib.TableCell,
    lib.Placeholder.configure({ placeholder }),
  ];
}

/** Ctrl+Enter belongs to the form around. */
function sends(event) {
  return event.key === "Enter" && (event.ctrlKey || event.metaKey);
}

/** The editor in the place of a textarea. `on` is told: changed(), keys(event) → handled, files(files, inside), refused(why). */
export class Editor {
  constructor(lib, field, pictures, on) {
    this.field = field;
    this.on = on;
    this.timer = null;
    const had = document.activeElement === field;
    const place = document.createElement("div");
    place.className = "rich";
    field.after(place);
    this.tiptap = new lib.Editor({
      element: place,
      injectCSS: false,
      content: field.dataset.html ? this.shown(field.dataset.html, pictures) : fromText(field.value, byName(pictures)),
      parseOptions: field.dataset.html ? {} : EVERY_SPACE,
      extensions: extensions(lib, field.placeholder),
      editorProps: {
        attributes: this.attributes(),
        transformPastedHTML: cleanPasted,
        handleDOMEvents: { paste: (view, event) => this.pasted(event) }, // before the library reads megabytes
        handleDrop: (view, event) => this.dropped(view, event),
        handleKeyDown: (view, event) => this.on.keys(event) || sends(event), // or the library breaks the line at the caret
      },
      onUpdate: () => { this.due(); this.on.changed(); },
      onSelectionUpdate: () => this.on.moved(),
    });
    if (had) this.focus("end"); // before the field is hidden: a key pressed without any focus would be a command
    field.hidden = true;
    field.form.elements.format.value = "html";
    this.sync();
  }

  attributes() {
    const { field } = this;
    const given = { role: "textbox", "aria-multiline": "true", "aria-label": field.labels?.[0]?.textContent ?? "", lang: field.lang, class: "text prose", spellcheck: "true" };
    if (field.getAttribute("aria-invalid")) given["aria-describedby"] = field.getAttribute("aria-describedby");
    return given;
  }

  get element() { return this.tiptap.view.dom; }
  get isEmpty() { return this.tiptap.isEmpty; }
  /** At once; the library's own command waits for a frame, and what is typed until then would be lost. */
  focus(where = null) {
    if (where === "end") this.tiptap.commands.setTextSelection(this.tiptap.state.doc.content.size);
    this.tiptap.view.focus();
  }
  edit() {
    this.focus();
    return this.tiptap.chain();
  }
  speak(language) { this.element.lang = language; }

  shown(html, pictures) {
    return html.replace(/ src="cid:([^"]*)"/g, (whole, cid) => ` src="${pictures.get(cid)?.url ?? ""}" data-cid="${cid}"`);
  }

  /** As the server takes it: pictures by their content id. */
  html() {
    if (this.isEmpty) return "";
    return this.tiptap.getHTML().replace(/<img[^>]*>/g, (tag) => {
      const cid = /data-cid="([^"]*)"/.exec(tag)?.[1];
      return cid ? tag.replace(/ src="[^"]*"/, ` src="cid:${cid}"`).replace(/ data-cid="[^"]*"/, "") : "";
    });
  }

  due() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.sync(); this.on.synced(); }, SYNC_MS);
  }

  /** The textarea holds what the form sends. */
  sync() {
    clearTimeout(this.timer);
    this.timer = null;
    this.field.value = this.html();
  }

  insertHtml(html) { this.edit().insertContent(html).run(); }
  insertText(text) { this.edit().insertContent(fromText(text), { parseOptions: EVERY_SPACE }).run(); }
  insertPicture({ cid, url, name, width }) {
    this.edit().insertContent({ type: "image", attrs: { src: url, cid, alt: name, width } }).run();
  }
  removePicture(cid) {
    const found = [];
    this.tiptap.state.doc.descendants((node, at) => { if (node.attrs.cid === cid) found.push(at); });
    for (const at of found.reverse()) this.tiptap.commands.deleteRange({ from: at, to: at + 1 });
  }

  /** What stands before the cursor in its paragraph, and where the cursor is on the screen. */
  before() {
    const { $from, empty } = this.tiptap.state.selection;
    if (!empty || $from.parent.type.spec.code) return null;
    return { text: $from.parent.textBetween(0, $from.parentOffset, "\n", "\ufffc"), at: this.tiptap.view.coordsAtPos($from.pos) };
  }
  replaceBefore(length, put) {
    const { from } = this.tiptap.state.selection;
    this.edit().deleteRange({ from: from - length, to: from }).insertContent(put).run();
  }

  pasted(event) {
    const data = event.clipboardData;
    const html = data.getData("text/html");
    const text = data.getData("text/plain");
    const files = [...data.files];
    const isFile = files.length > 0 && !text;
    if (!isFile && text.length <= MOST_TEXT && html.length <= MOST_HTML) return false;
    event.preventDefault();
    if (isFile) this.on.files(files, true);
    else if (text.length > MOST_TEXT) this.on.refused("tooLong");
    else { this.on.refused("plain"); this.insertText(text); }
    return true;
  }

  dropped(view, event) {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length) return false;
    event.preventDefault();
    const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
    if (at) this.tiptap.commands.setTextSelection(at.pos);
    this.on.files(files, true);
    return true;
  }

  /** Press a button of the toolbar. */
  use(tool) {
    const run = this.edit();
    const tools = {
      bold: () => run.toggleBold(), italic: () => run.toggleItalic(), code: () => run.toggleCode(),
      bulletList: () => run.toggleBulletList(), orderedList: () => run.toggleOrderedList(), blockquote: () => run.toggleBlockquote(),
      heading: () => run.toggleHeading({ level: 2 }), clear: () => run.unsetAllMarks().clearNodes(),
    };
    tools[tool]?.().run();
  }
  is(tool) { return this.tiptap.isActive(tool); }
  get link() { return this.tiptap.getAttributes("link").href ?? ""; }
  setLink(href) {
    const run = this.edit().extendMarkRange("link");
    if (!href) { run.unsetMark("link").run(); return; }
    if (this.tiptap.state.selection.empty && !this.link) run.insertContent({ type: "text", text: href.replace(/^mailto:/, ""), marks: [{ type: "link", attrs: { href } }] }).run();
    else run.setMark("link", { href }).run();
  }

  destroy() {
    clearTimeout(this.timer);
    this.tiptap.destroy();
  }
}

function byName(pictures) {
  return new Map([...pictures.values()].map((picture) => [picture.name, picture]));
}
