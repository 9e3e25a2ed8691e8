import ATProtoSyntax

/// Seconds since 1970.
func currentSeconds() -> Int {
  Int(Datetime.Instant.now.seconds)
}
