/** The Node version the project needs. Kept in old syntax so that an old Node can still say what is wrong. */
const NODE_MIN = [20, 19]

/** Null when `version` (like `20.19.1`) will do, else the sentence to print. */
export function nodeVersionProblem(version) {
  const parts = version.split('.').map(Number)
  const enough = parts[0] > NODE_MIN[0] || (parts[0] === NODE_MIN[0] && parts[1] >= NODE_MIN[1])
  if (enough) return null
  return `Phase4D expected Node ${NODE_MIN.join('.')} or newer, got ${version}: install the current LTS from https://nodejs.org and try again`
}
