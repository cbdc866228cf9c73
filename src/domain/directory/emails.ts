// E-mail addresses as names of people: which two are the same. Pure.

/**
 * The form in which addresses are compared: code points as they are, but for the letters A to Z in lower case. Other letters stay:
 * their lower case may be another letter (of the Kelvin sign U+212A it is k), and then a look-alike would pass.
 */
export const comparableEmail = (email: string): string => email.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
