// Writes the table of docs/events.md from the catalogue: types, what they are called and what they are about; then the devices.
import { deviceTypes } from '../src/domain/events/device-types.ts'
import { eventTypes } from '../src/domain/events/event-types.ts'

const cell = (text: string) => text.replaceAll('|', '\\|')

/** The text of docs/events.md. */
export const eventCatalogue = (): string =>
  [
    '# Events',
    '',
    "Types, as every answer numbers them: the reference server's, and from 9000 on Keytrail's own. `eventName` and `category` are",
    'fields of [alert rules](alerts.md#fields). `npm run --silent catalogue > docs/events.md` writes this page.',
    '',
    '| type | `eventName` | `category` | what it says | clients may report it |',
    '|---|---|---|---|---|',
    ...eventTypes.map(
      ({ code, name, category, template, collect }) =>
        `| ${code} | ${name} | ${category} | ${cell(template)} | ${collect === null ? '' : 'yes'} |`,
    ),
    '',
    '## Devices',
    '',
    '| `deviceType` | `deviceName` | what people call it |',
    '|---|---|---|',
    ...deviceTypes.map(({ code, name, title }) => `| ${code} | ${name} | ${cell(title)} |`),
    '',
  ].join('\n')

if (import.meta.main) process.stdout.write(eventCatalogue())
