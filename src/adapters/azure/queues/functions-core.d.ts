// The part that is used here of the module that only the Functions worker has; no registry holds it or its types.
declare module '@azure/functions-core' {
  /** One invocation, as the worker hands it to the programming model. */
  export type CoreInvocation = {
    readonly metadata: { readonly bindings: Readonly<Record<string, { readonly type: string }>> }
    readonly request: { triggerMetadata?: Readonly<Record<string, unknown>> | null }
  }
  export type ProgrammingModel = { getInvocationModel(invocation: CoreInvocation): unknown }
  const core: { getProgrammingModel(): ProgrammingModel | undefined }
  export default core
}
