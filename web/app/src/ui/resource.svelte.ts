// What comes from the trusted end and may come anew: the last value stays on the screen while it is asked again, so that
// nothing flickers and the focus stays where it is.

export interface Resource<Value> {
  readonly value: Value | undefined;
  readonly error: unknown;
  readonly loading: boolean;
  reload(): void;
}

/** Call while a component is made. `load` is run again when reactive state that it reads before its first await changes. */
export function resource<Value>(load: () => Promise<Value>): Resource<Value> {
  let value = $state.raw<Value | undefined>(undefined);
  let error = $state.raw<unknown>(undefined);
  let loading = $state(true);
  let again = $state(0);
  let turn = 0;
  $effect(() => {
    void again;
    const mine = (turn += 1);
    loading = true;
    load().then(
      (loaded) => {
        if (mine !== turn) return;
        value = loaded;
        error = undefined;
        loading = false;
      },
      (thrown: unknown) => {
        if (mine !== turn) return;
        error = thrown;
        loading = false;
      },
    );
    return () => {
      turn += 1;
    };
  });
  return {
    get value() { return value; },
    get error() { return error; },
    get loading() { return loading; },
    reload() { again += 1; },
  };
}
