public import ATProtoSyntax

/// The settings for resolving Lexicon documents.
public struct LexiconSettings: Sendable {
  /// The DID whose repository has the documents of all namespaces, in place of the ones that DNS
  /// names; for tests.
  public var authority: DID?
  /// The time for which a document that was not found is not looked up again.
  public var negativeLifetime = Duration.seconds(60)

  /// Creates the default settings.
  public init() {}
}
