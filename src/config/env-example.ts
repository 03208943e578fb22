/** The text of `.env.example`, made from the variables themselves. */
import { SECTIONS } from './variables.ts'

const HEAD = `# Phase4D reads this from .env in the project's folder (cp .env.example .env), or from the file that ENV_FILE names
# (ENV_FILE=none: from no file). The process's own environment goes before it. Every line is optional: without any,
# npm start runs on simulators. A name that is not listed here is refused. Values shown are the defaults.
`

export function renderEnvExample(): string {
  const sections = SECTIONS.map(({ title, variables }) => {
    const lines = variables.flatMap((variable) => [
      `# ${variable.doc}`,
      variable.kind === 'setting' ? `# ${variable.name}=${variable.fallback}` : `${variable.name}=`,
    ])
    return [`# == ${title}`, ...lines].join('\n')
  })
  return `${[HEAD, ...sections].join('\n\n').replace('\n\n\n', '\n\n')}\n`
}
