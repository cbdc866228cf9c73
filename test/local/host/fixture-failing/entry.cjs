// An app whose start fails.
throw new Error('bad settings: AUTH_ISSUER')
