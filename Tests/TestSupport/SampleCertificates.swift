import Text

/// Certificates of clients, and of those who have issued them or pretend to; made once, valid until 2126.
package enum SampleCertificates {
    /// Who is believed in the tests.
    package static let authority = der(
        """
        MIIBXjCCAQOgAwIBAgIUEGSzj1KQ2B8e+phVuYXzgKo1z64wCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQU2FtcGxlIEF1dGhvcml0\
        eTAgFw0yNjAxMDEwMDAwMDBaGA8yMTI2MDEwMTAwMDAwMFowGzEZMBcGA1UEAwwQU2FtcGxlIEF1dGhvcml0eTBZMBMGByqGSM49\
        AgEGCCqGSM49AwEHA0IABMFkPbiKluy1mflAdoKB4Bxm9525vgTxh6lBwfngvSTO5uXRhKVRKu8SDK3MrYzsarjrZzv4pPmDnoYE\
        d4hZLz2jIzAhMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgEGMAoGCCqGSM49BAMCA0kAMEYCIQD95qlpe1JA3zAziko9\
        G41A/nTMO2CdXxVWwxYZMDL5IAIhAI/aqxbQNSPibH1JoeR72IeM3R3zh5uL3NVmSrtymA/h
        """
    )

    /// Another one, under the same name.
    package static let strangeAuthority = der(
        """
        MIIBXjCCAQOgAwIBAgIUclButWNFXCyRdWiM+3PPNLBSEwQwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQU2FtcGxlIEF1dGhvcml0\
        eTAgFw0yNjAxMDEwMDAwMDBaGA8yMTI2MDEwMTAwMDAwMFowGzEZMBcGA1UEAwwQU2FtcGxlIEF1dGhvcml0eTBZMBMGByqGSM49\
        AgEGCCqGSM49AwEHA0IABFPlCUjKKJDKPpcfZaXT5J+qodMKUpyt7yqbi7j9JKJSFEujfNKQsRtKhXMNprvZcROPwQRtdu6/X52G\
        kw4kv9ujIzAhMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgEGMAoGCCqGSM49BAMCA0kAMEYCIQCEyMIhoFpmbDyVDiXp\
        16wC3Ff3FpG5x8QfhJjadp5dWAIhANUHlBbOfZ+s9zwb3pkh3NsnWh/+W1/Ss6QQxC/VytiB
        """
    )

    /// One that the authority has authorised.
    package static let intermediate = der(
        """
        MIIBYDCCAQagAwIBAgIUVc4kIZVQ4qgQJJwVERv0sqX/TtMwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQU2FtcGxlIEF1dGhvcml0\
        eTAgFw0yNjAxMDEwMDAwMDBaGA8yMTI2MDEwMTAwMDAwMFowHjEcMBoGA1UEAwwTU2FtcGxlIEludGVybWVkaWF0ZTBZMBMGByqG\
        SM49AgEGCCqGSM49AwEHA0IABAMBD3oaQLiLsccbpPXfFtc9M5Z9nCAev2hk6i8uBSMT5K9Ev7OQ+2ABS+aqFmfwtt7zWM43Dq2g\
        c+IHQ0TnqmCjIzAhMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgEGMAoGCCqGSM49BAMCA0gAMEUCIHPvQK1MlWGHsTHX\
        1fyVaeKyvewFiyQQH9QYraTjFWF0AiEAoM5bmaHn/04P1lnMyi3myo6DOdFLFkW5jTZkyJ2SL/w=
        """
    )

    /// The certificate of the sample client, issued by the authority.
    package static let client = der(
        """
        MIIB8jCCAZigAwIBAgIUZtbptDj+N8Ih+V0L4AX3DqWq2QcwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQU2FtcGxlIEF1dGhvcml0\
        eTAgFw0yNjAxMDEwMDAwMDBaGA8yMTI2MDEwMTAwMDAwMFowVTELMAkGA1UEBhMCR0IxGzAZBgNVBAoMElNhbXBsZSBUaGlyZCBQ\
        YXJ0eTEZMBcGA1UEYQwQUFNER0ItRkNBLTEyMzQ1NjEOMAwGA1UEAwwFdHBwLTEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQe\
        LcMms9rnOI2ZX0wUkz347kaaZ1vNPt6rLw8/rp8tBxDcAHxt5OSIk2T2JM5VHqqEDMgT4onsdwSeXJw/RyVEo34wfDAMBgNVHRMB\
        Af8EAjAAMBMGA1UdJQQMMAoGCCsGAQUFBwMCMFcGA1UdEQRQME6CC3RwcC5leGFtcGxlhhZodHRwczovL3RwcC5leGFtcGxlL2lk\
        gQ9PcHNAVFBQLmV4YW1wbGWHBMAAAgeHECABDbgAAAAAAAAAAAAAAAcwCgYIKoZIzj0EAwIDSAAwRQIgAud2kxYiB4B/gSLulaHe\
        8u1ICLfa3Bf93kLke+tWbv0CIQDaVtVRy3JwO0S81Mq68t2PgHexAbpsW6s9sOscfA1dTw==
        """
    )

    /// A later one of the same key.
    package static let reissued = der(
        """
        MIIB8jCCAZigAwIBAgIUGqSI7W2IxgF0K+0llZGk7W5rs7owCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQU2FtcGxlIEF1dGhvcml0\
        eTAgFw0yNjAxMDEwMDAwMDBaGA8yMTI2MDEwMTAwMDAwMFowVTELMAkGA1UEBhMCR0IxGzAZBgNVBAoMElNhbXBsZSBUaGlyZCBQ\
        YXJ0eTEZMBcGA1UEYQwQUFNER0ItRkNBLTEyMzQ1NjEOMAwGA1UEAwwFdHBwLTEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQe\
        LcMms9rnOI2ZX0wUkz347kaaZ1vNPt6rLw8/rp8tBxDcAHxt5OSIk2T2JM5VHqqEDMgT4onsdwSeXJw/RyVEo34wfDAMBgNVHRMB\
        Af8EAjAAMBMGA1UdJQQMMAoGCCsGAQUFBwMCMFcGA1UdEQRQME6CC3RwcC5leGFtcGxlhhZodHRwczovL3RwcC5leGFtcGxlL2lk\
        gQ9PcHNAVFBQLmV4YW1wbGWHBMAAAgeHECABDbgAAAAAAAAAAAAAAAcwCgYIKoZIzj0EAwIDSAAwRQIhAO7qp5wrnbZBOM4CPBUZ\
        OtbzxOopVPycFYba51/WXUz7AiB10zQCHAv4Qxc2z9g702FNZYiGBllcG+tBvUsnWsNcrg==
        """
    )

    /// The same name, issued by the intermediate.
    package static let throughIntermediate = der(
        """
        MIIB9DCCAZugAwIBAgIUUxhOJs0xL/QV0aIayj04/SogCqgwCgYIKoZIzj0EAwIwHjEcMBoGA1UEAwwTU2FtcGxlIEludGVybWVk\
        aWF0ZTAgFw0yNjAxMDEwMDAwMDBaGA8yMTI2MDEwMTAwMDAwMFowVTELMAkGA1UEBhMCR0IxGzAZBgNVBAoMElNhbXBsZSBUaGly\
        ZCBQYXJ0eTEZMBcGA1UEYQwQUFNER0ItRkNBLTEyMzQ1NjEOMAwGA1UEAwwFdHBwLTEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\
        AAQeLcMms9rnOI2ZX0wUkz347kaaZ1vNPt6rLw8/rp8tBxDcAHxt5OSIk2T2JM5VHqqEDMgT4onsdwSeXJw/RyVEo34wfDAMBgNV\
        HRMBAf8EAjAAMBMGA1UdJQQMMAoGCCsGAQUFBwMCMFcGA1UdEQRQME6CC3RwcC5leGFtcGxlhhZodHRwczovL3RwcC5leGFtcGxl\
        L2lkgQ9PcHNAVFBQLmV4YW1wbGWHBMAAAgeHECABDbgAAAAAAAAAAAAAAAcwCgYIKoZIzj0EAwIDRwAwRAIgdDFPqMO0TAU5Evk4\
        xir2gj+gcM8yGHJjRLFcCoCkrAgCIFwFApS1s8rOZdtGCBwiGpHbTbGMF8TY11wVAP4CXwS6
        """
    )

    /// The same name, issued by the stranger.
    package static let ofStrangeAuthority = der(
        """
        MIIB8zCCAZigAwIBAgIUEcR8jGRO76teXz3qb5BZm7rJoy0wCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQU2FtcGxlIEF1dGhvcml0\
        eTAgFw0yNjAxMDEwMDAwMDBaGA8yMTI2MDEwMTAwMDAwMFowVTELMAkGA1UEBhMCR0IxGzAZBgNVBAoMElNhbXBsZSBUaGlyZCBQ\
        YXJ0eTEZMBcGA1UEYQwQUFNER0ItRkNBLTEyMzQ1NjEOMAwGA1UEAwwFdHBwLTEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQe\
        LcMms9rnOI2ZX0wUkz347kaaZ1vNPt6rLw8/rp8tBxDcAHxt5OSIk2T2JM5VHqqEDMgT4onsdwSeXJw/RyVEo34wfDAMBgNVHRMB\
        Af8EAjAAMBMGA1UdJQQMMAoGCCsGAQUFBwMCMFcGA1UdEQRQME6CC3RwcC5leGFtcGxlhhZodHRwczovL3RwcC5leGFtcGxlL2lk\
        gQ9PcHNAVFBQLmV4YW1wbGWHBMAAAgeHECABDbgAAAAAAAAAAAAAAAcwCgYIKoZIzj0EAwIDSQAwRgIhANkK7ALHM0cs7669Eleq\
        EOsBjsrdyMBd3V9EYST5TXWwAiEAnHIV+CqncgimQTu+1uqkCOi5cIJz9lUaBUuyiEvo0P0=
        """
    )

    /// The same name, issued by nobody but its owner.
    package static let selfSigned = der(
        """
        MIICKzCCAdKgAwIBAgIUV7f79DNBhsU7oXZoX+YQrz3zKBwwCgYIKoZIzj0EAwIwVTELMAkGA1UEBhMCR0IxGzAZBgNVBAoMElNh\
        bXBsZSBUaGlyZCBQYXJ0eTEZMBcGA1UEYQwQUFNER0ItRkNBLTEyMzQ1NjEOMAwGA1UEAwwFdHBwLTEwIBcNMjYwMTAxMDAwMDAw\
        WhgPMjEyNjAxMDEwMDAwMDBaMFUxCzAJBgNVBAYTAkdCMRswGQYDVQQKDBJTYW1wbGUgVGhpcmQgUGFydHkxGTAXBgNVBGEMEFBT\
        REdCLUZDQS0xMjM0NTYxDjAMBgNVBAMMBXRwcC0xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEHi3DJrPa5ziNmV9MFJM9+O5G\
        mmdbzT7eqy8PP66fLQcQ3AB8beTkiJNk9iTOVR6qhAzIE+KJ7HcEnlycP0clRKN+MHwwDAYDVR0TAQH/BAIwADATBgNVHSUEDDAK\
        BggrBgEFBQcDAjBXBgNVHREEUDBOggt0cHAuZXhhbXBsZYYWaHR0cHM6Ly90cHAuZXhhbXBsZS9pZIEPT3BzQFRQUC5leGFtcGxl\
        hwTAAAIHhxAgAQ24AAAAAAAAAAAAAAAHMAoGCCqGSM49BAMCA0cAMEQCIAQ6TdqVSGO46VeckmaCZJYKs01eEqzSp8Y0VHGRVLht\
        AiA+kxosY0pHBn4CXxO+kejT9AVb30Z3gyFTRKbJZc3gSQ==
        """
    )

    /// The same, over at noon.
    package static let expired = der(
        """
        MIIB7zCCAZagAwIBAgIUML7hzkQbwrutzVKRfKo2Nb/fOckwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQU2FtcGxlIEF1dGhvcml0\
        eTAeFw0yNjAxMDIwMDAwMDBaFw0yNjAyMDEwMDAwMDBaMFUxCzAJBgNVBAYTAkdCMRswGQYDVQQKDBJTYW1wbGUgVGhpcmQgUGFy\
        dHkxGTAXBgNVBGEMEFBTREdCLUZDQS0xMjM0NTYxDjAMBgNVBAMMBXRwcC0xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEHi3D\
        JrPa5ziNmV9MFJM9+O5GmmdbzT7eqy8PP66fLQcQ3AB8beTkiJNk9iTOVR6qhAzIE+KJ7HcEnlycP0clRKN+MHwwDAYDVR0TAQH/\
        BAIwADATBgNVHSUEDDAKBggrBgEFBQcDAjBXBgNVHREEUDBOggt0cHAuZXhhbXBsZYYWaHR0cHM6Ly90cHAuZXhhbXBsZS9pZIEP\
        T3BzQFRQUC5leGFtcGxlhwTAAAIHhxAgAQ24AAAAAAAAAAAAAAAHMAoGCCqGSM49BAMCA0cAMEQCIARF1uv4UTsexXIZlC8USRhO\
        1VBqXQXvH7vbFheXr8jEAiAvs9IWbWNqhiUTxh6vHllZtlZdbrxGPW7ew5b0u5R2lw==
        """
    )

    /// The same, not yet valid at noon.
    package static let future = der(
        """
        MIIB8DCCAZagAwIBAgIUTzvUCQ5DJekPeeQB+UeoeyuxaUUwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQU2FtcGxlIEF1dGhvcml0\
        eTAeFw0yNzAxMDEwMDAwMDBaFw0yODAxMDEwMDAwMDBaMFUxCzAJBgNVBAYTAkdCMRswGQYDVQQKDBJTYW1wbGUgVGhpcmQgUGFy\
        dHkxGTAXBgNVBGEMEFBTREdCLUZDQS0xMjM0NTYxDjAMBgNVBAMMBXRwcC0xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEHi3D\
        JrPa5ziNmV9MFJM9+O5GmmdbzT7eqy8PP66fLQcQ3AB8beTkiJNk9iTOVR6qhAzIE+KJ7HcEnlycP0clRKN+MHwwDAYDVR0TAQH/\
        BAIwADATBgNVHSUEDDAKBggrBgEFBQcDAjBXBgNVHREEUDBOggt0cHAuZXhhbXBsZYYWaHR0cHM6Ly90cHAuZXhhbXBsZS9pZIEP\
        T3BzQFRQUC5leGFtcGxlhwTAAAIHhxAgAQ24AAAAAAAAAAAAAAAHMAoGCCqGSM49BAMCA0gAMEUCIG83l1CaK4V0madEsP5fiHLl\
        rfmq4veUhJyWieAArbm1AiEAy0R4Rm9bak2cmp74IaXa4xjQNsUAyVM/4nTMRbzgC2I=
        """
    )

    /// The same, for servers only.
    package static let forServers = der(
        """
        MIIB8TCCAZigAwIBAgIUT2pHOfgPFB+CJJdsSFQURerfnycwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQU2FtcGxlIEF1dGhvcml0\
        eTAgFw0yNjAxMDEwMDAwMDBaGA8yMTI2MDEwMTAwMDAwMFowVTELMAkGA1UEBhMCR0IxGzAZBgNVBAoMElNhbXBsZSBUaGlyZCBQ\
        YXJ0eTEZMBcGA1UEYQwQUFNER0ItRkNBLTEyMzQ1NjEOMAwGA1UEAwwFdHBwLTEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQe\
        LcMms9rnOI2ZX0wUkz347kaaZ1vNPt6rLw8/rp8tBxDcAHxt5OSIk2T2JM5VHqqEDMgT4onsdwSeXJw/RyVEo34wfDAMBgNVHRMB\
        Af8EAjAAMBMGA1UdJQQMMAoGCCsGAQUFBwMBMFcGA1UdEQRQME6CC3RwcC5leGFtcGxlhhZodHRwczovL3RwcC5leGFtcGxlL2lk\
        gQ9PcHNAVFBQLmV4YW1wbGWHBMAAAgeHECABDbgAAAAAAAAAAAAAAAcwCgYIKoZIzj0EAwIDRwAwRAIgAtH/xqVz6hmb3+Yf/3bM\
        bY3tLd/b46to/Y3Q6OC/AJYCIESx9WeYZn9i6CMWUxiq4LEUBAGFiRx/Fg2zYzk+pGNO
        """
    )

    /// Another client of the authority, with another key and no other names.
    package static let other = der(
        """
        MIIBUzCB+qADAgECAhR2dnK26yRGsvfEvi06A3JEl8U12zAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBTYW1wbGUgQXV0aG9yaXR5\
        MCAXDTI2MDEwMTAwMDAwMFoYDzIxMjYwMTAxMDAwMDAwWjAQMQ4wDAYDVQQDDAV0cHAtMjBZMBMGByqGSM49AgEGCCqGSM49AwEH\
        A0IABH0zCRvyOeZLElIQxCMn+aakzwYCJTMQ1mVH3/6eyrHcc7uOa2b0lrh/h7C/OTbCNxGhW9lG7jWdIpXHECcgUoejJTAjMAwG\
        A1UdEwEB/wQCMAAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwCgYIKoZIzj0EAwIDSAAwRQIgRmR1O+HAvwhe52k9VHmZxHZ/GbycN8Oe\
        lHXd7fi5w1QCIQDr7lKVOCHvVvZpCYixLbTFDS2NXLhqdWFBgmKUTc+pXg==
        """
    )

    /// The same name under another key, issued by nobody.
    package static let otherSelfSigned = der(
        """
        MIIB0jCCAXmgAwIBAgIUOJzEdBxxovQQPCiyMQTBq9l67TMwCgYIKoZIzj0EAwIwVTELMAkGA1UEBhMCR0IxGzAZBgNVBAoMElNh\
        bXBsZSBUaGlyZCBQYXJ0eTEZMBcGA1UEYQwQUFNER0ItRkNBLTEyMzQ1NjEOMAwGA1UEAwwFdHBwLTEwIBcNMjYwMTAxMDAwMDAw\
        WhgPMjEyNjAxMDEwMDAwMDBaMFUxCzAJBgNVBAYTAkdCMRswGQYDVQQKDBJTYW1wbGUgVGhpcmQgUGFydHkxGTAXBgNVBGEMEFBT\
        REdCLUZDQS0xMjM0NTYxDjAMBgNVBAMMBXRwcC0xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEfTMJG/I55ksSUhDEIyf5pqTP\
        BgIlMxDWZUff/p7Ksdxzu45rZvSWuH+HsL85NsI3EaFb2UbuNZ0ilccQJyBSh6MlMCMwDAYDVR0TAQH/BAIwADATBgNVHSUEDDAK\
        BggrBgEFBQcDAjAKBggqhkjOPQQDAgNHADBEAiADnYxQ2NLsy8I4eOkCAlQHsnaane1qTIno5iZvmtTqCwIgHPapHbJasBNnXhSp\
        IwoKtAASPp+kP/XJ5uK70Dad3mM=
        """
    )

    /// `OU` and `CN` in one part.
    package static let multiValued = der(
        """
        MIIBaTCCAQ+gAwIBAgIULytThnSOR4nJyD7c5g+zTSHxtHQwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQU2FtcGxlIEF1dGhvcml0\
        eTAgFw0yNjAxMDEwMDAwMDBaGA8yMTI2MDEwMTAwMDAwMFowJTENMAsGA1UECgwEQmFuazEUMAgGA1UEAwwBYTAIBgNVBAsMAWIw\
        WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR9Mwkb8jnmSxJSEMQjJ/mmpM8GAiUzENZlR9/+nsqx3HO7jmtm9Ja4f4ewvzk2wjcR\
        oVvZRu41nSKVxxAnIFKHoyUwIzAMBgNVHRMBAf8EAjAAMBMGA1UdJQQMMAoGCCsGAQUFBwMCMAoGCCqGSM49BAMCA0gAMEUCIQDg\
        nZtCtcFTu6+NPjOmImIR5e1oELXXLrp6M0DlZL4CawIgbFQRNLZ4TsTrb+xowiy1sI/rMgb2nA6Pgx7AoFvhTjg=
        """
    )

    /// A comma in its name.
    package static let comma = der(
        """
        MIIBUTCB+KADAgECAhQXE6uRS0P9VJyYydeIzEOTv4N+szAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBTYW1wbGUgQXV0aG9yaXR5\
        MCAXDTI2MDEwMTAwMDAwMFoYDzIxMjYwMTAxMDAwMDAwWjAOMQwwCgYDVQQDDANhLGIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\
        AAR9Mwkb8jnmSxJSEMQjJ/mmpM8GAiUzENZlR9/+nsqx3HO7jmtm9Ja4f4ewvzk2wjcRoVvZRu41nSKVxxAnIFKHoyUwIzAMBgNV\
        HRMBAf8EAjAAMBMGA1UdJQQMMAoGCCsGAQUFBwMCMAoGCCqGSM49BAMCA0gAMEUCIQCPWe/jXqRsSrs2aJrac88lb0GxvBcVluVc\
        BektD4QxUwIgdO2oIAauVb5wAbb9+FwayZPwgaBMaLeNvvuZ2lzZBw4=
        """
    )

    /// Two common names.
    package static let twoNames = der(
        """
        MIIBZDCCAQqgAwIBAgIUfeozm440dsvPMCAi8ugsuiACspgwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQU2FtcGxlIEF1dGhvcml0\
        eTAgFw0yNjAxMDEwMDAwMDBaGA8yMTI2MDEwMTAwMDAwMFowIDEOMAwGA1UEAwwFdHBwLTExDjAMBgNVBAMMBXRwcC0yMFkwEwYH\
        KoZIzj0CAQYIKoZIzj0DAQcDQgAEfTMJG/I55ksSUhDEIyf5pqTPBgIlMxDWZUff/p7Ksdxzu45rZvSWuH+HsL85NsI3EaFb2Ubu\
        NZ0ilccQJyBSh6MlMCMwDAYDVR0TAQH/BAIwADATBgNVHSUEDDAKBggrBgEFBQcDAjAKBggqhkjOPQQDAgNIADBFAiEAnIcSzSdo\
        U+CFdUpjr9xlzJjCLWX1PcRLCMiyls7Zt04CIFaEN9Id4dqQSrg4obbjskrnBioA23sM3SmGvvibsu4T
        """
    )

    /// No subject at all.
    package static let nothing = der(
        """
        MIIBVTCB/KADAgECAhQRNBDq6VjTOOqrtTnWnuG2aCU3zzAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBTYW1wbGUgQXV0aG9yaXR5\
        MCAXDTI2MDEwMTAwMDAwMFoYDzIxMjYwMTAxMDAwMDAwWjAAMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEfTMJG/I55ksSUhDE\
        Iyf5pqTPBgIlMxDWZUff/p7Ksdxzu45rZvSWuH+HsL85NsI3EaFb2UbuNZ0ilccQJyBSh6M3MDUwDAYDVR0TAQH/BAIwADATBgNV\
        HSUEDDAKBggrBgEFBQcDAjAQBgNVHREECTAHggV0cHAtMTAKBggqhkjOPQQDAgNIADBFAiAmaOq4lVPCiI+YHd4Qw1rmhuNSDQew\
        saL1kcTS6sYXuwIhAIVAkMihJYdB8QLb+SPr4PSWSijXOoGC7rH8f0/LKugm
        """
    )

    /// Another kind of string.
    package static let bmp = der(
        """
        MIIBgjCCASmgAwIBAgIUQugFRprMJ5Dr0HZKh7jHGn1LZqEwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQU2FtcGxlIEF1dGhvcml0\
        eTAgFw0yNjAxMDEwMDAwMDBaGA8yMTI2MDEwMTAwMDAwMFowPzEtMCsGA1UECh4kAFMAYQBtAHAAbABlACAAVABoAGkAcgBkACAA\
        UABhAHIAdAB5MQ4wDAYDVQQDEwV0cHAtMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABH0zCRvyOeZLElIQxCMn+aakzwYCJTMQ\
        1mVH3/6eyrHcc7uOa2b0lrh/h7C/OTbCNxGhW9lG7jWdIpXHECcgUoejJTAjMAwGA1UdEwEB/wQCMAAwEwYDVR0lBAwwCgYIKwYB\
        BQUHAwIwCgYIKoZIzj0EAwIDRwAwRAIgNDowdRJTCZuTI3Fdw7tGG0vEE1ZnR0FMeNvlHw+ZNBYCIHOn9j+7+dJ3pf9OMVt4kO/O\
        sUlHXBQBTSVXtT5UxA1b
        """
    )

    private static func der(_ text: String) -> [UInt8] {
        guard let bytes = Base64.decode(WireText(text)) else {
            preconditionFailure("A certificate of a fixture is Base64.")
        }
        return bytes
    }
}
