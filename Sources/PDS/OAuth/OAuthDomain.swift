/// The authorization server: its domain types, each built from exactly what it uses.
struct OAuthDomain: Sendable {
  let proofs: DPoPVerifier
  let clients: OAuthClients
  let authentication: ClientAuthentication
  let permissionSets: PermissionSets
  let requests: AuthorizationRequests
  let sessions: OAuthSessions
  let documents: OAuthDocuments
  let retention: OAuthRetention

  init(
    _ configuration: PDSConfiguration,
    _ store: any PDSStore,
    _ secrets: PDSSecrets,
    _ network: PDSNetwork,
    permissionSets: PermissionSets,
    issuer: ServiceBaseURL
  ) {
    proofs = DPoPVerifier(secret: secrets.dpopSecret, baseURL: issuer)
    clients = OAuthClients(network, configuration)
    authentication = ClientAuthentication(store: store, clients: clients, issuer: issuer)
    self.permissionSets = permissionSets
    requests = AuthorizationRequests(
      store: store,
      clients: clients,
      permissionSets: permissionSets,
      settings: configuration.oauth,
      issuer: issuer
    )
    sessions = OAuthSessions(
      store: store,
      permissionSets: permissionSets,
      settings: configuration.oauth
    )
    documents = OAuthDocuments(issuer: issuer)
    retention = OAuthRetention(store: store)
  }
}
