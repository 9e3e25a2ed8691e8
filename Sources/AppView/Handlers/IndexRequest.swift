public import ATProtoHTTP
public import ATProtoIdentity
public import ATProtoLabels
public import ATProtoSyntax
public import XRPC

/// What a handler knows about the caller, and what it answers from.
public struct IndexContext: Sendable {
  /// The account on whose behalf the method is called; nil for anyone.
  public var viewer: DID?
  /// A token of the viewer for the ``ForwardingTarget`` of the handler, to be passed on unchanged.
  /// Nil if the token of the request is for this service.
  public var forwardedToken: String?
  /// The labels that the response shows.
  public var labels: ViewLabels
  /// The index.
  public var index: IndexReader
  /// For calling other services; nil if there is no network, as in most tests.
  public var network: OutboundNetwork?

  /// Creates a context.
  public init(
    viewer: DID? = nil,
    forwardedToken: String? = nil,
    labels: ViewLabels,
    index: IndexReader,
    network: OutboundNetwork? = nil
  ) {
    self.viewer = viewer
    self.forwardedToken = forwardedToken
    self.labels = labels
    self.index = index
    self.network = network
  }
}

/// Where handlers look up identities and call other services.
public struct OutboundNetwork: Sendable {
  /// Finds the services of DIDs.
  public var directory: any IdentityDirectory
  /// Reaches URLs that DID documents name: it refuses private addresses unless they are allowed.
  public var transport: any HTTPTransport

  /// Creates a network.
  public init(directory: any IdentityDirectory, transport: any HTTPTransport) {
    self.directory = directory
    self.transport = transport
  }
}

/// A call of a query as its handler receives it, with validated parameters.
public struct IndexRequest<Method: XRPCMethod>: Sendable {
  /// The parameters, which satisfy the constraints of their schema.
  public let parameters: Method.Parameters
  /// The caller, the index, and the labels.
  public let context: IndexContext

  /// Creates a request, for instance to call a handler in a test.
  public init(parameters: Method.Parameters, context: IndexContext) {
    self.parameters = parameters
    self.context = context
  }

  /// The account on whose behalf the method is called; nil for anyone.
  public var viewer: DID? { context.viewer }
  /// The index.
  public var index: IndexReader { context.index }
  /// The labels that the response shows.
  public var labels: ViewLabels { context.labels }
}

/// A call of a procedure as its handler receives it, with validated parameters and input.
public struct IndexProcedureRequest<Method: XRPCProcedure>: Sendable {
  /// The parameters, which satisfy the constraints of their schema.
  public let parameters: Method.Parameters
  /// The input, which satisfies the constraints of its schema.
  public let input: Method.Input
  /// The caller, the index, and the labels.
  public let context: IndexContext

  /// Creates a request, for instance to call a handler in a test.
  public init(parameters: Method.Parameters, input: Method.Input, context: IndexContext) {
    self.parameters = parameters
    self.input = input
    self.context = context
  }

  /// The account on whose behalf the method is called; nil for anyone.
  public var viewer: DID? { context.viewer }
  /// The index.
  public var index: IndexReader { context.index }
}

/// The labels of the labelers that a request accepts.
public struct ViewLabels: Sendable {
  /// The labelers, and which of them remove content.
  public let accepted: AcceptedLabelers
  private let hydration: Hydration

  /// Creates labels from an index of labels.
  public init(_ hydration: Hydration, accepted: AcceptedLabelers) {
    self.hydration = hydration
    self.accepted = accepted
  }

  /// Returns the labels on each subject by its URI, and which subjects a labeler removes from the
  /// response. One call for a whole page is much cheaper than one for each subject.
  public func labels(on subjects: [HydratedSubject]) async throws -> [String: SubjectLabels] {
    try await hydration.labels(on: subjects, for: accepted)
  }
}
