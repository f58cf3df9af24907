/** In all: as objects of many small strings they may take several times as much. */
const mostCharacters = 16 * 1024 * 1024;
const mostOfOne = 64 * 1024;

/** The memory that all share which others can make as large and as many as they like. */
export class Room {
  #left = mostCharacters;

  /** Takes room for one object in place of what it had before; false, and none is taken, where there is not enough. */
  take(characters: number, before: number): boolean {
    const fits = characters <= mostOfOne && characters <= this.#left + before;
    this.#left += before - (fits ? characters : 0);
    return fits;
  }
}
