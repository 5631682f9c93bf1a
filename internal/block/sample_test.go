package block

import (
	"strings"
	"testing"

	"webex-scheduler/internal/meeting"
)

// Two links of two meetings. The keys' check sums were computed with sha256sum
// and base32.
const (
	key1  = "aaaqeayeaudaocajbifqydiob67elszg"
	key2  = "dyydcmrtgq2tmnzyhfqwey3emulfiz6z"
	join1 = "https://contoso.webex.com/contoso/j.php?MTID=m0123456789abcdef0123456789abcdef"
	join2 = "https://contoso.webex.com/contoso/j.php?MTID=mfedcba9876543210fedcba9876543210"
)

func content(key meeting.LinkKey, link string) Content {
	return Content{
		Key:       key,
		PublicURL: "https://scheduler.example.com",
		Language:  "en",
		Join: meeting.Join{
			WebLink:       link,
			Number:        "25501234567",
			Password:      meeting.NewSecret("pa55&<Word>"),
			PhonePassword: meeting.NewSecret("72559673"),
			SIPAddress:    "25501234567@contoso.webex.com",
			DialInIP:      "173.243.2.68",
			AccessCode:    "25501234567",
			CallIn:        []meeting.CallIn{{Label: "United States Toll", Number: "+1-408-525-6800"}},
		},
	}
}

var (
	first  = content(key1, join1)
	second = content(key2, join2)
)

func page(s string) meeting.Body  { return meeting.Body{HTML: true, Content: s} }
func plain(s string) meeting.Body { return meeting.Body{Content: s} }

// sample is a body in which everything between ⟦ and ⟧ is the block's.
type sample struct {
	name  string
	plain bool
	body  string
}

func (s sample) read() meeting.Body {
	return meeting.Body{HTML: !s.plain, Content: strings.NewReplacer("⟦", "", "⟧", "").Replace(s.body)}
}

func (s sample) rest(t *testing.T) meeting.Body {
	t.Helper()
	var b strings.Builder
	for i, stretch := range strings.Split(s.body, "⟦") {
		if i > 0 {
			_, after, ok := strings.Cut(stretch, "⟧")
			if !ok {
				t.Fatalf("sample %q: a block that does not end", s.name)
			}
			stretch = after
		}
		b.WriteString(stretch)
	}
	return meeting.Body{HTML: !s.plain, Content: b.String()}
}

// wholes are bodies with first's block, complete, as people and programs leave it.
var wholes = []sample{
	{name: "Exchange wraps it in a page", body: "<html><head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head><body>\r\n<div>Agenda</div>\r\n" +
		`⟦<div lang="en" style="margin-top:1.5em">` + "\r\n" +
		`<div style="font-size:85%"><a href="https://scheduler.example.com/m/` + key1 + `">Webex meeting – please do not change anything below this line</a></div>` + "\r\n" +
		`<div style="margin:1em 0; font-size:120%; font-weight:bold"><a href="` + join1 + `">Join Webex meeting</a></div>` + "\r\n" +
		`<div>Meeting number (access code): 2550 123 4567</div>` + "\r\n" +
		`<div>Meeting password: pa55&amp;&lt;Word&gt;</div>` + "\r\n" +
		`<div style="font-size:85%"><a href="https://scheduler.example.com/m/` + key1 + `#end">End of the Webex meeting details</a></div>` + "\r\n" +
		"</div>⟧\r\n</body></html>\r\n"},

	{name: "Outlook on the web, Safe Links, a note below", body: `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body dir="ltr">` +
		`<div class="elementToProof" style="font-family: Aptos, sans-serif; font-size: 12pt; color: rgb(0, 0, 0);">Agenda &amp; goals</div>` +
		`⟦<div class="elementToProof" lang="en" style="margin-top: 1.5em;"><div style="font-size: 85%;"><a href="https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fscheduler.example.com%2Fm%2F` + key1 + `&amp;data=05%7C02%7Calex%40contoso.com%7C0%7C0&amp;sdata=abc%3D&amp;reserved=0" originalsrc="https://scheduler.example.com/m/` + key1 + `" data-auth="NotApplicable" id="OWA1" class="OWAAutoLink">Webex meeting – please do not change anything below this line</a></div>` +
		`<div><a href="https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fcontoso.webex.com%2Fcontoso%2Fj.php%3FMTID%3Dm0123456789abcdef0123456789abcdef&amp;data=05%7C02&amp;reserved=0" data-auth="NotApplicable">Join Webex meeting</a></div>` +
		`<div>Meeting number (access code):&nbsp;<a href="tel:25501234567" data-auth="NotApplicable">2550&nbsp;123 4567</a></div><div>Meeting password: pa55&amp;&lt;Word&gt;</div><div><br></div>` +
		`<div style="font-size: 85%;"><a href="https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fscheduler.example.com%2Fm%2F` + key1 + `%23end&amp;data=05%7C02&amp;reserved=0" data-auth="NotApplicable">End of the Webex meeting details</a></div></div>⟧` +
		`<div class="elementToProof"><br></div><div class="elementToProof">See you there</div></body></html>`},

	{name: "classic Outlook, lines are paragraphs among the person's", body: `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name="Generator" content="Microsoft Word 15 (filtered medium)"><style><!--
p.MsoNormal {margin:0cm;}
--></style></head><body lang="EN-GB" link="#0563C1" vlink="#954F72"><div class="WordSection1">
<p class="MsoNormal"><span lang="EN-US">Agenda<o:p></o:p></span></p>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
⟦<p class="MsoNormal" style="mso-margin-top-alt:auto"><span lang="EN" style="font-size:8.5pt"><a href="https://scheduler.example.com/m/` + key1 + `">Webex meeting –
please do not change anything below this line</a><o:p></o:p></span></p>
<p class="MsoNormal"><b><span lang="EN" style="font-size:13.0pt"><a href="` + join1 + `">Join <span class="SpellE">Webex</span>
meeting</a><o:p></o:p></span></b></p>
<p class="MsoNormal"><span lang="EN">Meeting number (access code): 2550
123 4567<o:p></o:p></span></p>
<p class="MsoNormal"><span lang="EN">Meeting password: pa55&amp;&lt;Word&gt;<o:p></o:p></span></p>
<p class="MsoNormal"><span lang="EN">Join by phone (United States Toll): <a href="tel:+14085256800,,25501234567%2372559673%23">+1-408-525-6800</a><o:p></o:p></span></p>
<p class="MsoNormal"><span lang="EN"><o:p>&nbsp;</o:p></span></p>
<p class="MsoNormal"><span lang="EN" style="font-size:8.5pt"><a href="https://scheduler.example.com/m/` + key1 + `#end">End of the Webex meeting details</a><o:p></o:p></span></p>⟧
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
</div></body></html>`},

	{name: "Word splits the links at changes of format", body: `<body><p class=MsoNormal>Agenda</p>` +
		`⟦<p class=MsoNormal><a href="https://scheduler.example.com/m/` + key1 + `">Webex</a><a href="https://scheduler.example.com/m/` + key1 + `"><b> meeting – please do not change</b></a> <a href="https://scheduler.example.com/m/` + key1 + `">anything below this line</a></p>` +
		`<p class=MsoNormal><a href="` + join1 + `">Join</a><a href="` + join1 + `"> Webex meeting</a></p><p class=MsoNormal>Meeting number (access code): 25501234567</p><p class=MsoNormal>Meeting password: pa55&amp;&lt;Word&gt;</p>` +
		`<p class=MsoNormal><a href="https://scheduler.example.com/m/` + key1 + `#end">End of the</a><a href="https://scheduler.example.com/m/` + key1 + `#end"> Webex meeting details</a><o:p></o:p></p>⟧</body>`},

	{name: "tags in capitals, attributes without quotes, an unusual public address", body: `<BODY><P>Agenda</P>` +
		`⟦<DIV><DIV CLASS=x_a><A HREF=http://127.0.0.1:8080/base/m/` + strings.ToUpper(key1) + `>&#87;ebex meeting</A></DIV>` +
		`<DIV><A HREF='https&#58;//contoso&#46;webex.com/contoso/j.php?MTID=m0123456789abcdef0123456789abcdef'>Join Webex meeting</A></DIV><DIV>Meeting number (access code): 2550 123 4567</DIV><DIV>Meeting password: pa55&#38;&#x3C;Word></DIV>` +
		"<DIV><A TARGET=_blank HREF='\r\n  http://127.0.0.1:8080/base/m/" + key1 + "#END'>End</A></DIV></DIV>⟧</BODY>"},

	{name: "a phone's mail program: lines end in br", body: `<html><head></head><body dir="auto">Agenda<br>` +
		`⟦<a href="https://scheduler.example.com/m/` + key1 + `">Webex meeting – please do not change anything below this line</a><br>` +
		`<a href="` + join1 + `">Join Webex meeting</a><br>Meeting number (access code): <a href="tel:2550%20123%204567" dir="ltr" x-apple-data-detectors="true" x-apple-data-detectors-type="telephone">2550 123 4567</a><br>Meeting password: pa55&amp;&lt;Word&gt;<br>` +
		`<a href="https://scheduler.example.com/m/` + key1 + `#end">End of the Webex meeting details</a><br>⟧Sent from my phone</body></html>`},

	{name: "a person typed before and behind, lines end in br", body: `<body>Agenda ⟦<a href="https://scheduler.example.com/m/` + key1 + `">Webex meeting</a><br>` +
		`<a href="` + join1 + `">Join Webex meeting</a><br>Meeting number (access code): 2550 123 4567<br>Meeting password: pa55&amp;&lt;Word&gt;<br>` +
		`<a href="https://scheduler.example.com/m/` + key1 + `#end">End</a>⟧<br>Bye</body>`},

	{name: "beside a comment and an element that never ends", body: `<div><!-- note -->⟦<a href="https://scheduler.example.com/m/` + key1 + `">Webex meeting</a><br>` +
		`<a href="` + join1 + `">Join Webex meeting</a><br>Meeting number (access code): 2550 123 4567<br>Meeting password: pa55&amp;&lt;Word&gt;<br>` +
		`<a href="https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fscheduler.example.com%2Fm%2F` + key1 + `&amp;data=05#end">End</a><br>⟧Bye`},

	{name: "in a table of its own, in divs of its own", body: `<body><p>Agenda</p>` +
		`⟦<div class="x_x_outer"><table border="0"><tbody><tr><td width="600"><div><span><a href="https://scheduler.example.com/m/` + key1 + `">Webex meeting</a></span></div></td></tr>
<tr><td><a href="` + join1 + `">Join Webex meeting</a></td></tr><tr><td>Meeting number (access code): 2550 123 4567</td></tr><tr><td>Meeting password: pa55&amp;&lt;Word&gt;</td></tr><tr><td></td></tr>
<tr><td><div><span><a href="https://scheduler.example.com/m/` + key1 + `#end">End</a></span></div></td></tr></tbody></table></div>⟧<p>Bye</p></body>`},

	{name: "in one cell of a person's table", body: `<body><table><tr><td>⟦<div><div><a href="https://scheduler.example.com/m/` + key1 + `">Webex</a></div>` +
		`<div><a href="` + join1 + `">Join Webex meeting</a></div><div>Meeting number (access code): 2550 123 4567</div><div>Meeting password: pa55&amp;&lt;Word&gt;</div>` +
		`<div><a href="https://scheduler.example.com/m/` + key1 + `#end">End</a></div></div>⟧</td><td>Agenda</td></tr></table></body>`},

	{name: "begin and end in different elements of the person", body: `<body><div id="a">Agenda<br>⟦<a href="https://scheduler.example.com/m/` + key1 + `">Webex</a><br>` +
		`<a href="` + join1 + `">Join Webex meeting</a>⟧</div>⟦<div>Meeting number (access code): 2550 123 4567</div>⟧<div id="b"><span>⟦Meeting password: pa55&amp;&lt;Word&gt;<br>` +
		`<a href="https://scheduler.example.com/m/` + key1 + `#end">End</a><br>⟧Bring a pen</span></div></body>`},

	{name: "quoted in a reply", body: `<html><body><div>Can we move this?</div><hr tabindex="-1" style="display:inline-block; width:98%"><div id="x_divRplyFwdMsg" dir="ltr"><b>From:</b> Alex</div><blockquote type="cite"><div class="x_WordSection1"><p class="x_MsoNormal">Agenda</p>` +
		`⟦<div lang="x-en" class="x_block" id="x_block"><div><a href="https://scheduler.example.com/m/` + key1 + `" target="_blank" rel="noopener noreferrer">Webex meeting – please do not change anything below this line</a></div>` +
		`<div><a href="` + join1 + `">Join Webex meeting</a></div><div>Meeting number (access code): 2550 123 4567</div><div>Meeting password: pa55&amp;&lt;Word&gt;</div>` +
		`<div><a href="https://scheduler.example.com/m/` + key1 + `#end">End of the Webex meeting details</a></div></div>⟧</div></blockquote></body></html>`},

	{name: "a person typed between the lines", body: `<body><p>Agenda</p><div lang="en">⟦<div><a href="https://scheduler.example.com/m/` + key1 + `">Webex meeting – please do not change anything below this line</a></div>` +
		`<div><a href="` + join1 + `">Join Webex meeting</a></div>⟧<p class="MsoNormal">Room 3 <b>if</b> you are <a href="https://contoso.com/map">here</a><o:p></o:p></p>⟦<div>Meeting number (access code): 2550 123 4567</div><div>Meeting password: pa55&amp;&lt;Word&gt;</div>⟧` +
		`<table><tr><td>Item</td><td></td></tr></table><p><img src="cid:map"></p>⟦<div><a href="https://scheduler.example.com/m/` + key1 + `#end">End of the Webex meeting details</a></div>⟧</div></body>`},

	{name: "a person typed into the rows of both ends", body: `<body><div>Hello ⟦<a href="https://scheduler.example.com/m/` + key1 + `">Webex meeting</a>⟧</div>` +
		`⟦<div><a href="` + join1 + `">Join Webex meeting</a></div><div>Meeting number (access code): 2550 123 4567</div><div>Meeting password: pa55&amp;&lt;Word&gt;</div>⟧` +
		`<div>⟦<a href="https://scheduler.example.com/m/` + key1 + `#end">End</a>⟧ see you</div></body>`},

	{name: "another language, another wording", body: `<body><p>Agenda</p>⟦<div><div><a href="https://scheduler.example.com/m/` + key1 + `">Webex-Besprechung</a></div>` +
		`<div><a href="` + join1 + `">Beitreten</a></div><div>Nummer: 2550 123 4567</div><div>Kennwort: pa55&amp;&lt;Word&gt;</div>` +
		`<div><a href="https://scheduler.example.com/m/` + key1 + `#end">Ende</a></div></div>⟧</body>`},

	{name: "links became words", body: `<body><p>Agenda</p>⟦<div>Webex meeting – please do not change anything below this line&lt;https://scheduler.example.com/m/` + key1 + `&gt;</div>` +
		`<div>Join Webex meeting&lt;` + join1 + `&gt;</div><div>Meeting number (access code): 2550 123 4567</div><div>Meeting password: pa55&amp;&lt;Word&gt;</div>` +
		`<div>End of the Webex meeting details&lt;https://scheduler.example.com/m/` + key1 + `#end&gt;</div>⟧</body>`},

	{name: "plain text, a note below", plain: true, body: "Agenda\r\n- one⟦\r\n\r\n" +
		"Webex meeting – please do not change anything below this line: https://scheduler.example.com/m/" + key1 + "\r\nJoin Webex meeting: " + join1 + "\r\n" +
		"Meeting number (access code): 2550 123 4567\r\nMeeting password: pa55&<Word>\r\nEnd of the Webex meeting details: https://scheduler.example.com/m/" + key1 + "#end⟧\r\nSee you\r\n"},

	{name: "plain text made of HTML, Safe Links, quoted", plain: true, body: "Fine with me.\n\n> Agenda\n> ⟦\n" +
		"> Webex meeting – please do not change anything below this line<https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fscheduler.example.com%2Fm%2F" + key1 + "&data=05%7C02&reserved=0>\n> Join Webex meeting<" + join1 + ">\n" +
		"> Meeting number (access code): 2550 123 4567\n> \n> Meeting password: pa55&<Word>\n> End of the Webex meeting details<https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fscheduler.example.com%2Fm%2F" + key1 + "%23end&data=05%7C02&reserved=0>⟧\n> Bye\n"},

	{name: "plain text, a person typed between the lines", plain: true, body: "Agenda\r\n\r\n⟦" +
		"Webex meeting – please do not change anything below this line: https://scheduler.example.com/m/" + key1 + "\r\n⟧Room 3 if you are here\r\n⟦Join Webex meeting: " + join1 + "\r\n" +
		"Meeting number (access code): 2550 123 4567\r\nMeeting password: pa55&<Word>\r\nEnd of the Webex meeting details: https://scheduler.example.com/m/" + key1 + "#end⟧\r\nSee you"},
}
