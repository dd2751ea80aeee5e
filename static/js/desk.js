// The pages of the queue: keys, touch, and decisions sent one after the other while the moderator goes
// on reading. Everything here is an addition: without it every form works as it stands. The order of
// the imports is the order in which behaviours hear an event.

import "./page/requests.js";
import "./desk/unsent.js";
import "./desk/deciding.js";
import "./desk/actions.js";
import "./desk/ages.js";
import "./desk/live-updates.js";
