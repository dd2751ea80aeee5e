// The pages of moderators other than the queue. The order of the imports is the order in which behaviours
// hear an event.

import "./page/requests.js";
import "./desk/unsent.js";
