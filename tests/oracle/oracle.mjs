// What Logseq's own parser sees: one JSON line for each page named on standard input.
// Offsets are UTF-8 bytes. The options are those that Logseq 0.10.15 parses a page with.
import fs from "node:fs";
import { createRequire } from "node:module";

const { Mldoc } = createRequire(import.meta.url)("mldoc");
const OPTIONS = JSON.stringify({
  toc: false,
  parse_outline_only: false,
  heading_number: false,
  keep_line_break: true,
  format: "Markdown",
  heading_to_list: false,
});

const bare = (name) => (name.startsWith("[[") && name.endsWith("]]") ? name.slice(2, -2) : name);

function tagName([, parts]) {
  const text = parts.map(([kind, value]) =>
    kind === "Plain" ? value : kind === "Link" ? value.full_text : value.content ?? "");
  return bare(text.join(""));
}

function collectTags(node, tags) {
  if (Array.isArray(node)) {
    if (node[0] === "Tag" && Array.isArray(node[1])) tags.push(tagName(node));
    else if (!(node[0] === "Custom" && node[1] === "query")) node.forEach((child) => collectTags(child, tags));
  } else if (node && typeof node === "object") {
    Object.values(node).forEach((child) => collectTags(child, tags));
  }
}

function silently(work) {
  const { log } = console; // the parser prints its exceptions to standard output
  console.log = () => {};
  try {
    return work();
  } finally {
    console.log = log;
  }
}

function read(text) {
  if (/^\s*$/.test(text)) return { blocks: [] };
  let nodes;
  try {
    nodes = JSON.parse(silently(() => Mldoc.parseJson(text, OPTIONS)));
  } catch {
    return { error: "the parser failed", blocks: [] };
  }
  const blocks = [{ kind: "pre", start: 0, level: 0, marker: null, properties: [], tags: [] }];
  for (const [[type, value, third], place] of nodes) {
    if (type === "Heading") {
      const isHeading = Boolean(value.size && !value.unordered);
      const block = {
        kind: isHeading ? "heading" : "bullet",
        start: place.start_pos,
        level: isHeading ? 1 : value.level,
        marker: value.marker ?? null,
        properties: [],
        tags: [],
      };
      collectTags(value.title ?? [], block.tags);
      blocks.push(block);
      continue;
    }
    const block = blocks.at(-1);
    if (type === "Property_Drawer" || type === "Properties") {
      block.properties.push(...value.map(([key, text]) => [key, text]));
    } else if (type === "Directive" && block.kind === "pre") {
      block.properties.push([value, third]);
    } else {
      collectTags([type, value, third], block.tags);
    }
  }
  return { blocks };
}

for (const path of fs.readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  process.stdout.write(JSON.stringify({ path, ...read(fs.readFileSync(path, "utf8")) }) + "\n");
}
