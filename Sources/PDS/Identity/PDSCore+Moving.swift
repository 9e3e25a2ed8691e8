import ATProtoIdentity
import ATProtoSyntax
import Logging

extension PDSCore {
  /// In development the server's address is that of its socket, and the next start may have another
  /// port: has the identities of the accounts name the present one, and tells the network.
  ///
  /// Those that the server has no say over, or whose keys are those of another server, are left as
  /// they are.
  func updateServiceEndpoints() async {
    let url = address.url
    do {
      var cursor: String?
      repeat {
        let after = cursor
        let page = try await store.read { transaction in
          try transaction.accounts.page(email: nil, after: after, limit: 100)
        }
        for account in page
        where account.did.method == "plc" && account.plcOperation?.data?.pds != url {
          await moveIdentity(of: account, to: url)
        }
        cursor = page.last?.did.string
      } while cursor != nil
    } catch {
      logger.error("accounts could not be read", metadata: ["error": "\(error)"])
    }
  }

  private func moveIdentity(of account: Account, to url: String) async {
    let did = account.did
    do {
      let expected = try await credentials(of: account)
      let last = try await lastOperation(of: did)
      guard let data = last.data,
        let key = expected.rotationKeys.last, data.rotationKeys.contains(key),
        data.verificationMethods["atproto"] == expected.verificationMethods["atproto"]
      else { return }
      guard data.pds != url else {
        // The directory had it, and then the server was ended.
        return try await store.write { transaction in
          try transaction.accounts.setOperation(last, of: did)
        }
      }
      try await changeIdentity(of: did) { data in
        data.pds = url
      } _: { _ in
      }
      logger.info(
        "an identity names the new address",
        metadata: ["did": "\(did)", "address": "\(url)"]
      )
    } catch {
      logger.warning(
        "an identity does not name the present address",
        metadata: ["did": "\(did)", "error": "\(error)"]
      )
    }
  }
}
