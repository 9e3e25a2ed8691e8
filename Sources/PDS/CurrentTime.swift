import ATProtoSyntax

/// Seconds since 1970.
package func currentSeconds() -> Int {
  Int(Datetime.Instant.now.seconds)
}
