package web

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// maxAddresses is how many mailboxes may be listed one by one.
const maxAddresses = 5000

// maxAddress is the longest address that mail takes.
// https://www.rfc-editor.org/errata/eid1690
const maxAddress = 254

var angled = regexp.MustCompile(`<([^<>]*)>`)

// parseAddresses reads a pasted list: one a line, or with commas, semicolons or
// spaces between, or as Outlook copies people ("Nováková, Jana <jana@…>"). The
// addresses are lower case, each once, in their order. The sentence, if any,
// names what is no address.
func parseAddresses(text string) (list []string, refused string) {
	seen := map[string]bool{}
	add := func(raw string) (refused string) {
		address := strings.ToLower(strings.Trim(strings.TrimPrefix(strings.TrimSpace(raw), "mailto:"), `"'`))
		if !isAddress(address) {
			return notAnAddress(raw)
		}
		if !seen[address] {
			seen[address] = true
			list = append(list, address)
		}
		return ""
	}
	for segment := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' || r == ';' }) {
		named := angled.FindAllStringSubmatch(segment, -1)
		for _, m := range named {
			if refused := add(m[1]); refused != "" {
				return nil, refused
			}
		}
		rest := angled.ReplaceAllString(segment, ",")
		for part := range strings.SplitSeq(rest, ",") {
			for word := range strings.FieldsSeq(part) {
				if len(named) > 0 && !strings.Contains(word, "@") {
					continue // part of a name
				}
				if add(word) != "" {
					return nil, notAnAddress(part)
				}
			}
		}
	}
	switch {
	case len(list) == 0:
		return nil, "Type or paste at least one address."
	case len(list) > maxAddresses:
		return nil, number(len(list)) + " addresses are more than " + number(maxAddresses) + ", the most that can be listed. Choose a group instead."
	}
	return list, ""
}

func notAnAddress(raw string) string {
	shown := []rune(strings.TrimSpace(raw))
	if len(shown) > 60 {
		shown = append(shown[:59], '…')
	}
	return "“" + string(shown) + "” is not a mail address. Nothing was changed."
}

// isAddress reports whether s can be the address of a mailbox at Exchange: one
// @, a domain with a dot, and nothing that would have to be quoted. A slash
// would end an account id.
func isAddress(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || len(s) > maxAddress || strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(s, "..") {
		return false
	}
	if strings.ContainsFunc(local, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".!#$%&'*+-=?^_`{|}~", r)
	}) {
		return false
	}
	labels := strings.Split(domain, ".")
	return len(labels) > 1 && !slices.ContainsFunc(labels, func(label string) bool {
		return label == "" || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") || strings.ContainsFunc(label, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && r != '-'
		})
	})
}
