// What can be wrong with a source: a slug for each, and a plain sentence for people. Pure.
import * as v from 'valibot'

/** Why a source cannot be read, or not fully. */
export const SourceProblem = v.picklist([
  'address-invalid',
  'not-https',
  'address-not-public',
  'name-unknown',
  'unreachable',
  'tls-failed',
  'timed-out',
  'cut-off',
  'redirected',
  'too-large',
  'not-json',
  'not-bitwarden',
  'key-refused',
  'access-refused',
  'no-events',
  'dates-crowded',
  'not-found',
  'rate-limited',
  'server-failing',
  'refused',
  'clock-wrong',
  'entries-unreadable',
  'members-missing',
  'secret-unreadable',
])
export type SourceProblem = v.InferOutput<typeof SourceProblem>

const sentences: Readonly<Record<SourceProblem, string>> = {
  'address-invalid': 'The address is not a web address.',
  'not-https': 'The address must begin with https.',
  'address-not-public': 'The address leads into a private network, where this app does not go.',
  'name-unknown': 'No server has this name. Check the address.',
  unreachable: 'The server cannot be reached.',
  'tls-failed': 'The server’s certificate is not valid, or no secure connection could be made.',
  'timed-out': 'The server did not respond in time.',
  'cut-off': 'The server’s response broke off.',
  redirected: 'The server redirects to another address. Enter the address that it redirects to.',
  'too-large': 'The server’s response is too large.',
  'not-json': 'The server responds with something other than data, such as a web page. Check the address.',
  'not-bitwarden': 'The server’s data is not in the form of Bitwarden’s public API. Check the address.',
  'key-refused': 'The server does not accept the API key. Check the client ID and the secret.',
  'access-refused':
    'The server accepts the API key but refuses access to the organization’s data. Its plan may lack event logs.',
  'no-events': 'The key works, but the server has no events of this organization. Its plan may lack event logs.',
  'dates-crowded':
    'At one instant, 50 events or more have happened. This server shows no more than 50 of one instant, so that some may be missing.',
  'entries-unreadable': 'The server has entries that cannot be read as events. They are not in the log.',
  'not-found': 'The server has no public API at this address. Check the address.',
  'rate-limited': 'The server asks to wait: it had too many requests from this address.',
  'server-failing': 'The server reports an error of its own.',
  refused: 'The server refuses the request.',
  'clock-wrong': 'The clocks of the server and of this app differ by more than 5 minutes.',
  'members-missing': 'The server’s list of members is empty or unreadable; the directory stays as it was.',
  'secret-unreadable': 'The stored API key cannot be opened. Enter it again.',
}

/** A problem in one plain sentence. */
export const problemText = (problem: SourceProblem): string => sentences[problem]
