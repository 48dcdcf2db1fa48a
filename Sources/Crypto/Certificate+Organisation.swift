import COpenSSL
package import Text

/// What a payment service provider is licensed for: ETSI TS 119 495 §5.1.
package enum PaymentServiceRole: WireText, Sendable, Hashable, CaseIterable {
    case accountServicing = "0.4.0.19495.1.1"
    case paymentInitiation = "0.4.0.19495.1.2"
    case accountInformation = "0.4.0.19495.1.3"
    case cardIssuing = "0.4.0.19495.1.4"
}

extension Certificate {
    /// Who it was made out to, by every name of an organisation in its subject: 2.5.4.97 (ETSI EN 319 412-1 §5.1.4) and
    /// the organisational units, in which directories put their own numbers.
    package var organisations: [WireText] {
        guard let opened = try? CertificateHandle(der) else { return [] }
        return opened.subjectNames(NID_organizationIdentifier) + opened.subjectNames(NID_organizationalUnitName)
    }

    /// The roles in its qualified statements; empty where it has none, and `nil` where they cannot be read.
    package var paymentServiceRoles: Set<PaymentServiceRole>? {
        guard let opened = try? CertificateHandle(der) else { return nil }
        switch opened.statements {
        case .absent: return []
        case .unreadable: return nil
        case .there(let der): return Self.roles(in: der)
        }
    }

    /// `QCStatements`, RFC 3739 §3.2.6: statements, of which the one of PSD2 holds roles, an authority and its name.
    private static func roles(in der: [UInt8]) -> Set<PaymentServiceRole>? {
        guard let statements = ASN1Value.sequence(der) else { return nil }
        var roles: Set<PaymentServiceRole> = []
        for statement in statements {
            guard let parts = statement.elements, case .object(let name)? = parts.first else { return nil }
            guard name == payments else { continue }
            guard parts.count == 2, let list = parts[1].elements?.first?.elements else { return nil }
            for element in list {
                guard case .object(let role)? = element.elements?.first else { return nil }
                if let role = PaymentServiceRole(rawValue: role) { roles.insert(role) }
            }
        }
        return roles
    }

    /// `etsi-psd2-qcStatement`.
    private static let payments: WireText = "0.4.0.19495.2"
}

/// The extension of qualified statements, before it is read.
private enum Statements {
    case absent
    case unreadable
    case there([UInt8])
}

extension CertificateHandle {
    fileprivate func subjectNames(_ kind: Int32) -> [WireText] {
        let subject = unsafe X509_get_subject_name(pointer)
        var names: [WireText] = []
        var index: Int32 = -1
        while true {
            index = unsafe X509_NAME_get_index_by_NID(subject, kind, index)
            guard index >= 0 else { return names }
            let value = unsafe X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index))
            var text: UnsafeMutablePointer<UInt8>?
            let length = unsafe ASN1_STRING_to_UTF8(&text, value)
            guard length >= 0, let bytes = unsafe text else {
                OpenSSLFailure.discard()
                continue
            }
            if let name = unsafe WireText(Array(UnsafeBufferPointer(start: bytes, count: Int(length)))) {
                names.append(name)
            }
            unsafe CRYPTO_free(bytes, "", 0)
        }
    }

    fileprivate var statements: Statements {
        let index = unsafe X509_get_ext_by_NID(pointer, NID_qcStatements, -1)
        guard index >= 0 else { return .absent }
        // RFC 5280 §4.2: an extension stands there once.
        guard unsafe X509_get_ext_by_NID(pointer, NID_qcStatements, index) < 0,
            let data = unsafe X509_EXTENSION_get_data(X509_get_ext(pointer, index))
        else { return .unreadable }
        return unsafe .there(ASN1Value.bytes(data))
    }
}

/// What OpenSSL finds in DER, as far as qualified statements have it.
private enum ASN1Value {
    case object(WireText)
    /// A sequence, encoded as it stands there.
    case sequence([UInt8])
    case other

    /// The elements of a sequence.
    var elements: [ASN1Value]? {
        guard case .sequence(let der) = self else { return nil }
        return Self.sequence(der)
    }

    static func sequence(_ der: [UInt8]) -> [ASN1Value]? {
        var consumed = 0
        let read = unsafe der.span.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var position = bytes.baseAddress
            guard let start = bytes.baseAddress,
                let read = unsafe d2i_ASN1_SEQUENCE_ANY(nil, &position, bytes.count)
            else { return nil }
            consumed = unsafe position.map { unsafe $0 - start } ?? 0
            return unsafe read
        }
        guard let stack = unsafe read else {
            OpenSSLFailure.discard()
            return nil
        }
        defer {
            unsafe OPENSSL_sk_pop_free(stack) { unsafe ASN1_TYPE_free($0?.assumingMemoryBound(to: ASN1_TYPE.self)) }
        }
        guard consumed == der.count else { return nil }
        var values: [ASN1Value] = []
        for index in 0..<max(0, unsafe OPENSSL_sk_num(stack)) {
            guard let element = unsafe OPENSSL_sk_value(stack, index) else { return nil }
            unsafe values.append(value(element.assumingMemoryBound(to: ASN1_TYPE.self)))
        }
        return values
    }

    static func bytes(_ string: UnsafePointer<ASN1_STRING>) -> [UInt8] {
        let start = unsafe ASN1_STRING_get0_data(string)
        return unsafe Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(string))))
    }

    private static func value(_ element: UnsafePointer<ASN1_TYPE>) -> ASN1Value {
        switch unsafe element.pointee.type {
        case V_ASN1_OBJECT:
            var text = [CChar](repeating: 0, count: 128)
            let length = unsafe OBJ_obj2txt(&text, Int32(text.count), element.pointee.value.object, 1)
            guard (1..<Int32(text.count)).contains(length) else { return .other }
            return .object(WireText(text.prefix(Int(length)).map { UInt8(bitPattern: $0) }) ?? "")
        case V_ASN1_SEQUENCE:
            guard let string = unsafe element.pointee.value.sequence else { return .other }
            return unsafe .sequence(bytes(string))
        default: return .other
        }
    }
}
