// One form: what is wrong with it, and one attempt at a time. A refusal of the trusted end stands in the summary too.

import { asFailure, failureText } from "./i18n/failure";

export interface FormError { id?: string; text: string }

export function createForm() {
  const state = $state<{ errors: FormError[]; busy: boolean }>({ errors: [], busy: false });
  return {
    get errors() {
      return state.errors;
    },
    get busy() {
      return state.busy;
    },
    /** The message under one field. */
    of(id: string): string | undefined {
      return state.errors.find((error) => error.id === id)?.text;
    },
    clear(): void {
      state.errors = [];
    },
    refuse(errors: FormError[]): void {
      state.errors = errors;
    },
    /**
     * Runs `work` if `check` finds nothing. Answers whether it was done. `fieldOf` says which field a refusal belongs to,
     * by its key.
     */
    async submit(check: () => FormError[], work: () => Promise<void>, fieldOf: Record<string, string> = {}): Promise<boolean> {
      if (state.busy) return false;
      state.errors = check();
      if (state.errors.length > 0) return false;
      state.busy = true;
      try {
        await work();
        return true;
      } catch (error) {
        state.errors = [{ id: fieldOf[asFailure(error).key], text: failureText(error) }];
        return false;
      } finally {
        state.busy = false;
      }
    },
  };
}
export type Form = ReturnType<typeof createForm>;
