import ATProtoIdentity
import ATProtoSyntax
import Logging

extension Identities {
  /// Changes the DIDs of all accounts to name the server's current URL. In development, that is the
  /// URL of its socket, whose port can differ after a restart.
  ///
  /// DIDs for which this server does not have a rotation key, or that name another signing key, do
  /// not change.
  func updateServiceEndpoints() async {
    let url = baseURL.url
    do {
      var cursor: String?
      repeat {
        let after = cursor
        let page = try await store.read { transaction in
          try transaction.accounts.page(email: nil, after: after, limit: 100)
        }
        for account in page
        where account.did.method == "plc" && account.plcOperation?.data?.pds != url {
          await updateServiceEndpoint(of: account, to: url)
        }
        cursor = page.last?.did.string
      } while cursor != nil
    } catch {
      logger.error("cannot read accounts", metadata: ["error": "\(error)"])
    }
  }

  private func updateServiceEndpoint(of account: Account, to url: String) async {
    let did = account.did
    do {
      let expected = try await credentials(of: account)
      let last = try await lastOperation(of: did)
      guard let data = last.data,
        let key = expected.rotationKeys.last, data.rotationKeys.contains(key),
        data.verificationMethods["atproto"] == expected.verificationMethods["atproto"]
      else { return }
      guard data.pds != url else {
        // The PLC directory accepted the operation just before the server stopped.
        return try await store.write { transaction in
          try transaction.accounts.setOperation(last, of: did)
        }
      }
      try await changeIdentity(of: did) { data in
        data.pds = url
      } _: { _ in
      }
      logger.info(
        "updated the service endpoint of an identity",
        metadata: ["did": "\(did)", "url": "\(url)"]
      )
    } catch {
      logger.warning(
        "cannot update the service endpoint of an identity",
        metadata: ["did": "\(did)", "error": "\(error)"]
      )
    }
  }
}
