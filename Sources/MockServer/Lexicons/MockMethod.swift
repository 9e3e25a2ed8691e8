import ATProtoSyntax
import HTTPTypes
import Lexicon
import XRPCServer

/// A query, procedure, or subscription of the lexicons.
struct MockMethod: Sendable {
  enum Kind: Sendable {
    case query(MethodSchema)
    case procedure(MethodSchema)
    case subscription(SubscriptionSchema)
  }

  let nsid: String
  let kind: Kind

  init?(_ document: LexiconDocument) {
    switch document[definition: "main"]?.kind {
    case .query(let schema)?: kind = .query(schema)
    case .procedure(let schema)?: kind = .procedure(schema)
    case .subscription(let schema)?: kind = .subscription(schema)
    default: return nil
    }
    nsid = document.id.value.string
  }

  /// Nil for a subscription.
  var schema: MethodSchema? {
    switch kind {
    case .query(let schema), .procedure(let schema): schema
    case .subscription: nil
    }
  }

  var isSubscription: Bool { schema == nil }

  var isProcedure: Bool {
    if case .procedure = kind { true } else { false }
  }

  var parameters: [PropertySchema] {
    switch kind {
    case .query(let schema), .procedure(let schema): schema.parameters?.properties ?? []
    case .subscription(let schema): schema.parameters?.properties ?? []
    }
  }

  var errors: [ErrorSchema] {
    switch kind {
    case .query(let schema), .procedure(let schema): schema.errors
    case .subscription(let schema): schema.errors
    }
  }

  /// Throws unless the method is called with an HTTP method.
  func check(_ verb: HTTPRequest.Method) throws(XRPCServerError) {
    switch (kind, verb) {
    case (.query, .get), (.query, .head), (.procedure, .post), (.subscription, .get): return
    case (.query, _): throw notAllowed(verb, "GET, HEAD")
    case (.procedure, _): throw notAllowed(verb, "POST")
    case (.subscription, _): throw notAllowed(verb, "GET")
    }
  }

  private func notAllowed(_ verb: HTTPRequest.Method, _ allowed: String) -> XRPCServerError {
    .methodNotAllowed("\(nsid) is called with \(allowed), not \(verb.rawValue)", allowed: allowed)
  }
}
