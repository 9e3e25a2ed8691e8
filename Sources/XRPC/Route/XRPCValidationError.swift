package import ATProtoData

/// Parameters, an input or an output that violate a constraint of their schema.
///
/// A server answers 400 for parameters and input. For an output, it answers 500 and logs the
/// violations.
package struct XRPCValidationError: Error, CustomStringConvertible {
  package enum Part: String, Sendable {
    case parameters, input, output
  }

  package let nsid: String
  package let part: Part
  package let violations: [Violation]

  package var description: String {
    part == .output
      ? "output of \(nsid): \(violations.summary)" : "\(part.rawValue): \(violations.summary)"
  }

  /// Throws if there are violations.
  static func check(
    _ violations: [Violation],
    in part: Part,
    of nsid: String
  ) throws(XRPCValidationError) {
    guard violations.isEmpty else {
      throw XRPCValidationError(nsid: nsid, part: part, violations: violations)
    }
  }
}

extension [Violation] {
  /// The first eight violations with their paths: enough to act on, and bounded even if a hostile
  /// input violates thousands of constraints.
  var summary: String {
    let shown = prefix(8).map { violation in
      violation.path.isEmpty
        ? violation.message : "\(DataPath.excerpt(violation.path)): \(violation.message)"
    }
    let rest = count - shown.count
    return shown.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "")
  }
}
