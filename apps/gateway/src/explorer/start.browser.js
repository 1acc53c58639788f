'use strict';
/* global GraphiQL, React, ReactDOM -- of the scripts before this one */
const field = document.getElementById('token');
field.value = sessionStorage.getItem('token') ?? '';
field.addEventListener('input', () => sessionStorage.setItem('token', field.value.trim()));
const authorization = () => (field.value.trim() === '' ? {} : { authorization: `Bearer ${field.value.trim()}` });

const fetcher = GraphiQL.createFetcher({
  url: '/graphql',
  subscriptionUrl: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
  // read for every subscription
  wsConnectionParams: {
    get authorization() {
      return authorization().authorization;
    },
  },
  fetch: (url, asked) => fetch(url, { ...asked, headers: { ...asked.headers, ...authorization() } }),
});

const PEOPLE = `# A token goes into the field above. Ctrl-Enter asks.
query People {
  me { id name presence { availability } }
  agents { edges { node { id name teams { name } presence { availability since } } } }
}
`;
const PRESENCE = `subscription Presence {
  presence {
    ... on PresenceSnapshot { agents { id presence { availability } } cursor }
    ... on PresenceChanged { agent { id presence { availability version } } cursor }
  }
}
`;
const OFFERS = `subscription Offers {
  offers {
    ... on OfferMade { offer { id kind callId displayNumber notice transferor { name } note expiresAt } }
    ... on OfferWithdrawn { offerId outcome }
  }
}
`;

ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultTabs: [PEOPLE, PRESENCE, OFFERS].map((query) => ({ query })),
    shouldPersistHeaders: false,
    ...(document.body.dataset.introspection === 'true' ? {} : { schema: null }),
  }),
);
