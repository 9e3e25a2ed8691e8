// Prometheus text exposition format 0.0.4:
//
//   family = "# TYPE " name " " kind LF *sample
//   sample = name [ "{" label *( "," label ) "}" ] " " value LF
//   label  = label-name "=" DQUOTE *escaped DQUOTE
//   name       = [a-zA-Z_:][a-zA-Z0-9_:]*
//   label-name = [a-zA-Z_][a-zA-Z0-9_]*

/// Writes metrics in the text format of Prometheus.
package struct PrometheusText {
  /// The `Content-Type` of a scrape.
  package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private(set) var text = ""

  mutating func begin(_ name: String, _ kind: MetricFamily.Kind) {
    text += "# TYPE \(name) \(kind.rawValue)\n"
  }

  mutating func sample(_ name: String, _ labels: MetricLabels, _ value: Double) {
    write(name, labels.pairs, value)
  }

  /// A bucket of a histogram: `le` is its upper bound.
  mutating func sample(_ name: String, _ labels: MetricLabels, bound: Double, _ value: Double) {
    write(name, labels.pairs + [["le", Self.number(bound)]], value)
  }

  private mutating func write(_ name: String, _ labels: [[String]], _ value: Double) {
    text += name
    if !labels.isEmpty {
      let list = labels.map { "\($0[0])=\"\(Self.escaped($0[1]))\"" }
      text += "{\(list.joined(separator: ","))}"
    }
    text += " \(Self.number(value))\n"
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }

  private static func escaped(_ value: String) -> String {
    var result = ""
    // Iterate over scalars: CR LF is a single character.
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// `label` with `_` in place of characters that are not allowed in a metric name.
  static func name(_ label: String) -> String {
    valid(label) { $0 == ":" }
  }

  /// The same for the name of a label. Prometheus reserves names that begin with `__`, and `le` for
  /// the bounds of histograms.
  static func labelName(_ label: String) -> String {
    let name = valid(label) { _ in false }
    return name.hasPrefix("__") || name == "le" ? "label_\(name)" : name
  }

  private static func valid(
    _ label: String,
    also isAllowed: (Unicode.Scalar) -> Bool
  ) -> String {
    var name = ""
    for scalar in label.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_": name.unicodeScalars.append(scalar)
      default: if isAllowed(scalar) { name.unicodeScalars.append(scalar) } else { name += "_" }
      }
    }
    guard let first = name.unicodeScalars.first, !("0"..."9").contains(first) else {
      return "_" + name
    }
    return name
  }
}
