// The pages of the queue: keys, touch, and decisions sent one after the other while the moderator goes
// on reading. Everything here is an addition: without it every form works as it stands. The order of
// the imports is the order in which behaviours hear an event.

import "./desk/current.js";
import "./desk/said.js";
import "./desk/sending.js";
import "./desk/deciding.js";
import "./desk/picking.js";
import "./desk/dialogs.js";
import "./desk/keys.js";
import "./desk/menus.js";
import "./desk/thumb.js";
import "./desk/refill.js";
import "./desk/news.js";
import "./desk/swaps.js";
import "./desk/leaving.js";
import "./desk/ready.js";
import "./page/requests.js";
