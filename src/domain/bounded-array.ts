// Arrays whose length is checked before any element is read. Pure.
import * as v from 'valibot'

/** An array of at most `lengthMax` items; a longer one is refused before any item is read. */
export const boundedArray = <S extends v.GenericSchema>(
  item: S,
  lengthMax: number,
): v.GenericSchema<v.InferInput<S>[], v.InferOutput<S>[]> & { readonly item: S } => ({
  ...v.pipe(v.instance(Array<v.InferInput<S>>), v.maxLength(lengthMax), v.array(item)),
  item,
})
