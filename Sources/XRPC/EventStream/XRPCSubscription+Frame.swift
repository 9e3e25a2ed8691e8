extension XRPCSubscription {
  /// The binary WebSocket message that carries `message`: what a server keeps in its log and
  /// sends to every subscriber.
  ///
  /// - Throws: where `message` is a union member that is unknown here and has no `$type`.
  public static func frame(_ message: Message) throws(ProtocolError) -> [UInt8] {
    try message.frameBytes(nsid: nsid)
  }
}
