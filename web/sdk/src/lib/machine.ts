/** For each state, the events it hears and where they lead. What is not listed is ignored. */
export type Transitions<State extends string, Event extends string> = Readonly<
  Record<State, Readonly<Partial<Record<Event, State>>>>
>;

/** A finite state machine over a declared table. The one place where its state changes. */
export class Machine<State extends string, Event extends string> {
  readonly #transitions: Transitions<State, Event>;
  readonly #onChange: (state: State, previous: State) => void;
  #state: State;

  constructor(
    initial: State,
    transitions: Transitions<State, Event>,
    onChange: (state: State, previous: State) => void,
  ) {
    this.#state = initial;
    this.#transitions = transitions;
    this.#onChange = onChange;
  }

  get state(): State {
    return this.#state;
  }

  can(event: Event): boolean {
    return this.#transitions[this.#state][event] !== undefined;
  }

  /** Takes the transition for `event`. Returns false, and does nothing, where the present state does not hear it. */
  send(event: Event): boolean {
    const next = this.#transitions[this.#state][event];
    if (next === undefined) return false;
    const previous = this.#state;
    this.#state = next;
    if (next !== previous) this.#onChange(next, previous);
    return true;
  }
}
