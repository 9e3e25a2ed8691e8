extension String {
  /// The text without characters that would change how a terminal shows it: control characters,
  /// line breaks, and marks that reorder text are replaced. A longer text ends in an ellipsis.
  package func printable(limit: Int = 2000) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if scalars.count == limit {
        scalars.append("…")
        break
      }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
        scalars.append("\u{FFFD}")
      default: scalars.append(scalar)
      }
    }
    return String(scalars)
  }
}
