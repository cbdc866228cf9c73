// The English texts of incidents.

export const incidents = {
  title: 'Incidents',
  loading: 'Loading …',
  list: 'Incidents, newest first',
  back: 'All incidents',
  shown: { one: '{count} incident', other: '{count} incidents' },
  shownMore: 'The newest {count} incidents; there are more.',
  more: {
    button: 'Show more incidents',
    names: 'and {count} more',
  },
  alertCount: { one: '{count} alert', other: '{count} alerts' },
  empty: {
    none: 'No incidents',
    noneHint: 'No rule has fired in the last year.',
    filtered: 'No incidents fit these filters',
    filteredHint: 'Choose another level.',
  },
  ofAlert: 'The incident that this alert belongs to',
  one: {
    title: 'Incident',
    gone: 'There is no such incident.',
    merged: 'The incident of this address turned out to be a part of another, which is shown here.',
    mergedLink: 'Its own address',
    who: 'Who',
    from: 'From',
    when: 'When',
    alertsOf: 'The most severe {shown} of {all} alerts, as far as they can be read.',
    copyLink: 'Copy link',
    link: 'link to this incident',
  },
  timeline: {
    title: 'What happened',
    none: 'No events are stored for this incident.',
    alert: 'Alert',
  },
} as const
