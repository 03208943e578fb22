/** What the API says no with: the status, code and text of Discord's documentation, one function a case. */

/** Leaf of a nested form error. */
interface FieldError {
  readonly code: string
  readonly message: string
}

/** Where in the form (keys and indices) and what is wrong there. */
export interface FormIssue extends FieldError {
  readonly path: readonly (string | number)[]
}

interface ErrorBody {
  readonly code: number
  readonly message: string
  readonly errors?: unknown
}

/** Thrown by handlers, answered as `status` with `body`. */
export class ApiError extends Error {
  readonly status: number
  readonly body: ErrorBody

  constructor(status: number, body: ErrorBody) {
    super(`${status} ${body.code}: ${body.message}`)
    this.name = 'ApiError'
    this.status = status
    this.body = body
  }
}

/** Builds the nested `errors` of code 50035 from a list. */
function nestIssues(issues: readonly FormIssue[]): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const issue of issues) {
    let node = root
    for (const key of issue.path) {
      const next = node[String(key)]
      // Only this function puts objects there.
      if (typeof next === 'object' && next !== null) node = next as Record<string, unknown>
      else {
        const made: Record<string, unknown> = {}
        node[String(key)] = made
        node = made
      }
    }
    const leaf = node._errors
    const error: FieldError = { code: issue.code, message: issue.message }
    if (Array.isArray(leaf)) leaf.push(error)
    else node._errors = [error]
  }
  return root
}

const plain = (status: number, code: number, message: string) => () => new ApiError(status, { code, message })

export const apiErrors = {
  form: (issues: readonly FormIssue[]) =>
    new ApiError(400, { code: 50035, message: 'Invalid Form Body', errors: nestIssues(issues) }),
  notFound: plain(404, 0, '404: Not Found'),
  unauthorized: plain(401, 0, '401: Unauthorized'),
  unknownApplication: plain(404, 10002, 'Unknown Application'),
  unknownChannel: plain(404, 10003, 'Unknown Channel'),
  unknownGuild: plain(404, 10004, 'Unknown Guild'),
  unknownMember: plain(404, 10007, 'Unknown Member'),
  unknownMessage: plain(404, 10008, 'Unknown Message'),
  unknownRole: plain(404, 10011, 'Unknown Role'),
  unknownUser: plain(404, 10013, 'Unknown User'),
  unknownWebhook: plain(404, 10015, 'Unknown Webhook'),
  unknownInteraction: plain(404, 10062, 'Unknown interaction'),
  unknownCommand: plain(404, 10063, 'Unknown application command'),
  pinsMax: plain(400, 30003, 'Maximum number of pins reached for the channel (50)'),
  commandsMax: plain(400, 30032, 'Maximum number of application commands reached (100)'),
  entityTooLarge: plain(413, 40005, 'Request entity too large'),
  alreadyAcknowledged: plain(400, 40060, 'Interaction has already been acknowledged.'),
  missingAccess: plain(403, 50001, 'Missing Access'),
  notAuthor: plain(403, 50005, 'Cannot edit a message authored by another user'),
  emptyMessage: plain(400, 50006, 'Cannot send an empty message'),
  missingPermissions: plain(403, 50013, 'Missing Permissions'),
  wrongChannelType: plain(400, 50024, 'Cannot execute action on this channel type'),
  invalidWebhookToken: plain(401, 50027, 'Invalid Webhook Token'),
  bulkDeleteCount: plain(
    400,
    50016,
    'Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100 messages to delete.',
  ),
  systemMessage: plain(403, 50021, 'Cannot execute action on a system message'),
  threadArchived: plain(400, 50083, 'Thread is archived'),
  invalidJson: plain(400, 50109, 'The request body contains invalid JSON.'),
  threadExists: plain(400, 160004, 'A thread has already been created for this message'),
} as const
