public import ServiceKit

/// A setting as operators know it: by the name that it has in the environment, most often that of
/// the reference implementation, and by the flag of `atproto pds serve`.
public struct PDSSetting: Sendable {
  /// `PDS_PORT`
  public let name: String
  /// What stands for the value in help: `number`.
  public let value: String
  public let summary: String
  /// Whether its value is never shown.
  public let isSecret: Bool
  /// Whether it holds several values, with commas between.
  let isList: Bool
  private let alias: String?
  let apply: @Sendable (String, inout PDSSettings) throws(ServiceError) -> Void

  init(
    _ name: String,
    _ value: String,
    _ summary: String,
    alias: String? = nil,
    isSecret: Bool = false,
    isList: Bool = false,
    _ apply: @escaping @Sendable (String, inout PDSSettings) throws(ServiceError) -> Void
  ) {
    self.name = name
    self.value = value
    self.summary = summary
    self.alias = alias
    self.isSecret = isSecret
    self.isList = isList
    self.apply = apply
  }

  /// `--port`, and a shorter form where there is one.
  public var flags: [String] {
    let words = name.hasPrefix("PDS_") ? name.dropFirst(4) : name[...]
    let long = "--" + words.lowercased().replacing("_", with: "-")
    return alias.map { ["--\($0)", long] } ?? [long]
  }
}
