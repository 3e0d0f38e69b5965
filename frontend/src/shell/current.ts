import { find, findAll } from "../lib/dom";

// Where tabs scroll sideways, the one that is open comes into sight.
findAll(".s-sections, .s-account-nav, .s-view").forEach((tabs) => {
  if (tabs.scrollWidth > tabs.clientWidth) find("[aria-current=page]", tabs)?.scrollIntoView({ inline: "center", block: "nearest" });
});
