public import ATProtoData

/// A method of a Lexicon document: a query, a procedure or a subscription.
///
/// Generated caseless enums conform: they have types and names, but no state.
public protocol XRPCMethod: Sendable {
  /// The query parameters.
  associatedtype Parameters: XRPCParameters
  /// The errors that the method declares.
  associatedtype Failure: XRPCFailure

  /// The NSID of the document, which names the method in URLs.
  static var nsid: String { get }
}

/// A method called with `GET`, which changes nothing on the server.
public protocol XRPCQuery: XRPCMethod {
  /// The body of a successful response.
  associatedtype Output: XRPCBody

  /// The MIME type or pattern (`image/*`) of the response; nil if the method declares no output.
  static var outputEncoding: String? { get }
}

/// A method called with `POST`.
public protocol XRPCProcedure: XRPCMethod {
  /// The body of the request.
  associatedtype Input: XRPCBody
  /// The body of a successful response.
  associatedtype Output: XRPCBody

  /// The MIME type or pattern of the request; nil if the method declares no input.
  static var inputEncoding: String? { get }
  /// The MIME type or pattern of the response; nil if the method declares no output.
  static var outputEncoding: String? { get }
}

/// A method that opens an event stream over a WebSocket.
public protocol XRPCSubscription: XRPCMethod {
  /// The union of the stream's messages.
  associatedtype Message: LexiconUnion
}

extension XRPCQuery {
  /// JSON, unless the method declares no output.
  public static var outputEncoding: String? {
    Output.self == NoBody.self ? nil : "application/json"
  }
}

extension XRPCProcedure {
  /// JSON, unless the method declares no input.
  public static var inputEncoding: String? {
    Input.self == NoBody.self ? nil : "application/json"
  }

  /// JSON, unless the method declares no output.
  public static var outputEncoding: String? {
    Output.self == NoBody.self ? nil : "application/json"
  }
}
