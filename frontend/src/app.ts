// What every page of a workspace loads. htmx comes first: its extensions look for it on `window`.
import "htmx.org";
import "htmx.org/dist/ext/hx-csp.js";
import "htmx.org/dist/ext/hx-preload.js";
import "./fields/date";
import "./fields/picker";
import "./fields/upload";
import "./shell/answers";
import "./shell/celebrate";
import "./shell/dialogs";
import "./shell/forms";
import "./shell/leaving";
import "./shell/menus";
import "./shell/toasts";
import "./shell/copy";
import "./shell/preferences";
import "./shell/palette";
import "./shell/peek";
import "./shell/shortcuts";
import "./screens/grid";
import "./screens/inline-edit";
import "./screens/tabs";
import "./screens/optimistic";
import "./screens/narrow-list";
import { whenPresent } from "./lib/dom";

whenPresent("[data-board]", async (board) => (await import("./screens/board")).start(board));
whenPresent("[data-sortable]", async (list) => (await import("./screens/order")).start(list));
whenPresent("[data-calendar]", async (calendar) => (await import("./screens/calendar")).start(calendar));
