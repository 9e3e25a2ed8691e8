package import Logging

/// Escapes control characters, line separators, and invisible characters in what another handler
/// logs. Errors repeat what strangers wrote, who could forge lines of the log or write to the
/// operator's terminal.
package struct EscapingLogHandler: LogHandler {
  private var base: any LogHandler

  package init(_ base: any LogHandler) {
    self.base = base
  }

  package var logLevel: Logger.Level {
    get { base.logLevel }
    set { base.logLevel = newValue }
  }

  package var metadata: Logger.Metadata {
    get { base.metadata }
    set { base.metadata = Self.escaped(newValue) }
  }

  package var metadataProvider: Logger.MetadataProvider? {
    get { base.metadataProvider }
    set { base.metadataProvider = newValue }
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { base[metadataKey: key] }
    set { base[metadataKey: key] = newValue.map(Self.escaped) }
  }

  package func log(event: LogEvent) {
    var event = event
    event.message = "\(Self.escaped(event.message.description))"
    var metadata = event.metadata
    if let error = event.error {
      metadata = metadata ?? [:]
      metadata?["error"] = "\(error)"
      event.error = nil
    }
    event.metadata = metadata.map(Self.escaped)
    base.log(event: event)
  }

  private static func escaped(_ metadata: Logger.Metadata) -> Logger.Metadata {
    var result: Logger.Metadata = [:]
    for (key, value) in metadata { result[escaped(key)] = escaped(value) }
    return result
  }

  private static func escaped(_ value: Logger.Metadata.Value) -> Logger.Metadata.Value {
    switch value {
    case .string(let text): .string(escaped(text))
    case .stringConvertible(let value): .string(escaped(value.description))
    case .array(let values): .array(values.map { escaped($0) })
    case .dictionary(let values): .dictionary(escaped(values))
    }
  }

  /// By Unicode scalars: a combining mark behind a line break makes one Character that is not a line
  /// break.
  static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isUnsafe(scalar) {
        result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
    default: false
    }
  }
}
