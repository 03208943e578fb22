/** How long a command waits for the worker's answer before it says that the answer will come as a post. */
export const ANSWER_WAIT_MS = 10_000
