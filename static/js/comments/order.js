// Comments stand in the order of their numbers. These can have 64 bits, of which Number would lose the
// last digits. This knows no page.

const numberOf = ({ id }) => BigInt(id.split("-")[1]);

export function findLater(others, own) {
  return others.find((other) => numberOf(other) > numberOf(own));
}
