package web

// czech has what the API tells people in the pane, which speaks their language.
// A sentence that is not here is told in English.
var czech = map[string]string{
	"No meeting can be made in this calendar at the moment.":           "V tomto kalendáři teď nelze vytvořit žádnou schůzku.",
	"Ask its owner to open the account page: it says what is missing.": "Požádejte jeho vlastníka, aby otevřel stránku účtu: píše se tam, co chybí.",
	"There is nothing like this in your calendar.":                     "Nic takového ve vašem kalendáři není.",
	"Webex refuses this.":                                                                             "Webex to odmítá.",
	"Use the join link in the event instead.":                                                         "Použijte místo toho odkaz pro připojení v události.",
	"The event is over.":                                                                              "Událost už skončila.",
	"The meeting was taken away meanwhile.":                                                           "Schůzka byla mezitím odebrána.",
	"The meeting was taken away.":                                                                     "Schůzka byla odebrána.",
	"Try again.":                                                                                      "Zkuste to znovu.",
	"There is no meeting yet, or no longer.":                                                          "Schůzka ještě neexistuje, nebo už neexistuje.",
	"Try again in a moment.":                                                                          "Zkuste to za chvíli znovu.",
	"These are many new meetings at once.":                                                            "To je mnoho nových schůzek najednou.",
	"Please wait a moment.":                                                                           "Chvíli prosím počkejte.",
	"Your calendar is not connected.":                                                                 "Váš kalendář není propojen.",
	"Sign in again and allow it.":                                                                     "Přihlaste se znovu a povolte ho.",
	"Your calendar can't be read at the moment.":                                                      "Váš kalendář teď nelze číst.",
	"Sign in again, so that it is connected.":                                                         "Přihlaste se znovu, aby se propojil.",
	"Sign in again, so that your calendar is connected.":                                              "Přihlaste se znovu, aby se váš kalendář propojil.",
	"Only the organiser of an event can give it a meeting.":                                           "Schůzku může k události přidat jen její organizátor.",
	"The event is cancelled.":                                                                         "Událost je zrušena.",
	"Kind and template of a meeting can't be changed.":                                                "Druh a šablonu schůzky nelze změnit.",
	"Remove the meeting and add another one.":                                                         "Odeberte schůzku a přidejte jinou.",
	"This access token is without the scope access_as_user.":                                          "Tento přístupový token nemá rozsah access_as_user.",
	"This needs a token, and a valid one.":                                                            "K tomu je potřeba platný token.",
	"Sign in again.":                                                                                  "Přihlaste se znovu.",
	"The sign-in took too long or was already used.":                                                  "Přihlášení trvalo příliš dlouho nebo už bylo použito.",
	"Please sign in again.":                                                                           "Přihlaste se prosím znovu.",
	"Your organisation no longer lets this program in.":                                               "Vaše organizace už tomuto programu nedává přístup.",
	"Your administrators can tell you more.":                                                          "Více vám řeknou vaši správci.",
	"Your administrators have paused this.":                                                           "Vaši správci to pozastavili.",
	"Try again once they go on.":                                                                      "Zkuste to znovu, až budou pokračovat.",
	"Your administrators are only trying this out, so nothing is made yet.":                           "Vaši správci to zatím jen zkoušejí, takže se ještě nic nevytváří.",
	"Try again once they have switched it on.":                                                        "Zkuste to znovu, až to zapnou.",
	"Your organisation's connection to Webex has ended.":                                              "Propojení vaší organizace s Webexem skončilo.",
	"Ask an administrator to connect it again.":                                                       "Požádejte správce, aby ho obnovil.",
	"Your Webex account is not connected.":                                                            "Váš účet Webex není propojen.",
	"Connect Webex, then try again.":                                                                  "Propojte Webex a zkuste to znovu.",
	"Connect Webex again, then try again.":                                                            "Propojte Webex znovu a pak to zkuste ještě jednou.",
	"Try again tomorrow.":                                                                             "Zkuste to zítra.",
	"Change the title, the times or the invited people, then try again.":                              "Změňte název, časy nebo pozvané a zkuste to znovu.",
	"Ask your administrators for a Webex account that may host meetings.":                             "Požádejte správce o účet Webex, který smí pořádat schůzky.",
	"Something unforeseen is in the way of this meeting.":                                             "Této schůzce brání něco nepředvídaného.",
	"Change the event a little; it is then tried again.":                                              "Událost trochu změňte; pak se to zkusí znovu.",
	"The connection is no longer accepted.":                                                           "Propojení už není přijímáno.",
	"The connection was not used for too long and has expired.":                                       "Propojení nebylo příliš dlouho použito a vypršelo.",
	"The connection was ended, for example by a new password.":                                        "Propojení bylo ukončeno, například novým heslem.",
	"The consent was withdrawn.":                                                                      "Souhlas byl odvolán.",
	"The account is disabled. Your administrator can tell you more.":                                  "Účet je zakázán. Více vám řekne správce.",
	"A sign-in rule of your organisation asks you to sign in again.":                                  "Pravidlo vaší organizace vyžaduje nové přihlášení.",
	"Another Webex organisation was connected instead.":                                               "Místo ní byla propojena jiná organizace Webex.",
	"There is nothing at this address. It may have moved, or it was never here.":                      "Na této adrese nic není.",
	"This request came from another site, or from somebody who may not do this. Nothing was changed.": "Požadavek přišel z jiného místa nebo od někoho, kdo to nesmí. Nic se nezměnilo.",
	"Somebody changed this in the meantime. Have a look and try again.":                               "Někdo to mezitím změnil. Podívejte se a zkuste to znovu.",
	"This can't be done right now. Please try again in a few seconds; nothing is lost.":               "Teď to nejde. Zkuste to prosím za pár sekund znovu; nic se neztratilo.",
	"This is our fault, not yours, and it has been noted. Please try again.":                          "Je to naše chyba, ne vaše, a je zaznamenána. Zkuste to prosím znovu.",

	"The event asks for a Webex meeting, but no Webex account is connected.":                                                  "Událost žádá o schůzku Webex, ale žádný účet Webex není propojen.",
	"Connect Webex. The meeting is then made without further ado.":                                                            "Propojte Webex. Schůzka se pak vytvoří sama.",
	"Webex no longer accepts the connection, so the meeting can't follow the event.":                                          "Webex už propojení nepřijímá, takže schůzka nemůže sledovat událost.",
	"Connect Webex again. What was missed is then made up for.":                                                               "Propojte Webex znovu. Co se zameškalo, se pak dožene.",
	"Webex meetings last 23 hours and 59 minutes at most; this event is longer.":                                              "Schůzky Webex trvají nejvýše 23 hodin a 59 minut; tato událost je delší.",
	"Make the event shorter, or split it into several.":                                                                       "Událost zkraťte nebo rozdělte.",
	"The event was over before a meeting could be made for it.":                                                               "Událost skončila dřív, než pro ni mohla vzniknout schůzka.",
	"Move the event to a later time if it is still to take place.":                                                            "Pokud se má ještě konat, přesuňte ji na později.",
	"Webex refuses the meeting as the event describes it.":                                                                    "Webex schůzku v této podobě odmítá.",
	"Change the title, the times or the invited people of the event; it is then tried again.":                                 "Změňte název, časy nebo pozvané; pak se to zkusí znovu.",
	"Your Webex site wants a tracking code for each meeting, such as a cost centre, and has no value that it takes.":          "Váš web Webex chce u každé schůzky sledovací kód, například nákladové středisko, a nemá hodnotu, kterou by přijal.",
	"Choose one in Outlook's pane, or under Preferences on your account page. The meeting is then made without further ado.":  "Zvolte ji v panelu Outlooku, nebo na stránce svého účtu pod Preferences. Schůzka pak vznikne bez dalšího.",
	"Choose one among the options in Outlook's pane, then try again.":                                                         "Zvolte ji mezi volbami v panelu Outlooku a zkuste to znovu.",
	"Webex refuses the password: it is not as your Webex site asks for.":                                                      "Webex heslo odmítá: nesplňuje pravidla vašeho webu Webex.",
	"Choose a longer one, with letters of both cases and digits, or let Webex draw it.":                                       "Zvolte delší, s velkými i malými písmeny a číslicemi, nebo ho nechte vytvořit Webex.",
	"Webex allows a limited number of new meetings a day, and today's are used up.":                                           "Webex povoluje omezený počet nových schůzek denně a dnešní jsou vyčerpány.",
	"Nothing now: the meeting is made as soon as Webex allows it.":                                                            "Teď nic: schůzka vznikne, jakmile to Webex dovolí.",
	"The event is gone or no longer wants its meeting, but unusually many meetings would go at once.":                         "Událost zmizela nebo už schůzku nechce, ale najednou by zmizelo neobvykle mnoho schůzek.",
	"Look whether that is what you want, then delete them below. Restored events keep their meetings.":                        "Podívejte se na stránce účtu, zda to tak chcete.",
	"Your Webex account may not schedule meetings.":                                                                           "Váš účet Webex nesmí plánovat schůzky.",
	"Ask your Webex administrator for a licence to host meetings, then connect Webex again.":                                  "Požádejte správce Webexu o licenci k pořádání schůzek a pak Webex znovu propojte.",
	"The event holds join details that this program did not write for it, or no longer knows.":                                "Událost obsahuje údaje pro připojení, které pro ni tento program nezapsal nebo je už nezná.",
	"Remove the join details from the event and type @webex as its location to get a new meeting.":                            "Odeberte údaje z události a jako místo napište @webex; dostanete novou schůzku.",
	"The event already holds a Webex link that was made elsewhere, so no second meeting is made.":                             "Událost už obsahuje odkaz Webex odjinud, proto druhá schůzka nevznikne.",
	"Remove that link from the event if you want a meeting of its own.":                                                       "Chcete-li vlastní schůzku, odeberte ten odkaz z události.",
	"Another program keeps changing the same event, so this one stopped writing to it.":                                       "Stejnou událost stále mění jiný program, proto do ní tento přestal zapisovat.",
	"Find out which other meeting add-in works on your calendar, and switch one of the two off.":                              "Zjistěte, který další doplněk pracuje s vaším kalendářem, a jeden z nich vypněte.",
	"Webex spaces can't be made from a calendar event.":                                                                       "Z události v kalendáři nelze vytvořit prostor Webex.",
	"Type @webex as location instead, for a meeting.":                                                                         "Pro schůzku napište jako místo @webex.",
	"Your Webex account has no Personal Room.":                                                                                "Váš účet Webex nemá osobní místnost.",
	"Ask for a meeting of its own instead: in Outlook's pane, or with @webex as location.":                                    "Požádejte místo toho o vlastní schůzku: v podokně Outlooku nebo slovem @webex v místě.",
	"The event was changed in the calendar and its meeting in Webex, differently. What the calendar says was kept.":           "Událost se změnila v kalendáři a schůzka ve Webexu, každá jinak. Platí kalendář.",
	"Look whether the event is as you want it. The next change clears this note.":                                             "Podívejte se, zda je událost podle vás. Další změna tuto poznámku smaže.",
	"This account has no mailbox in Exchange Online, so there is no calendar to work on.":                                     "Tento účet nemá poštovní schránku v Exchange Online, takže nemá kalendář.",
	"Ask your Microsoft 365 administrator for a mailbox, or sign in with another account.":                                    "Požádejte správce Microsoft 365 o schránku nebo se přihlaste jiným účtem.",
	"Your organisation's Webex has nobody who could host the meetings of this mailbox.":                                       "Ve Webexu vaší organizace není nikdo, kdo by mohl schůzky této schránky pořádat.",
	"Webex cannot repeat a meeting by this calendar.":                                                                         "Webex neumí opakovat schůzku podle tohoto kalendáře.",
	"Add Webex to single dates instead.":                                                                                      "Přidejte Webex k jednotlivým termínům.",
	"Webex takes meetings up to ten years ahead. This one will be made when it comes within reach.":                           "Webex přijímá schůzky nejvýš deset let dopředu. Tato vznikne, až bude v dosahu.",
	"There is nothing to do but to wait, or to choose an earlier date.":                                                       "Nezbývá než počkat, nebo zvolit dřívější termín.",
	"Ask your administrators for a Webex account that may host meetings. The meeting is then made by itself.":                 "Požádejte správce o účet Webex, který smí pořádat schůzky. Schůzka pak vznikne sama.",
	"Webex does not show this meeting any more; it may have been deleted or moved to another host.":                           "Webex tuto schůzku už neukazuje; možná byla smazána nebo převedena na jiného hostitele.",
	"Look at the meeting in Webex. To get a new one, remove the join details from the event and type @webex as its location.": "Podívejte se na schůzku ve Webexu. Novou dostanete, když údaje z události odeberete a jako místo napíšete @webex.",

	"The mailbox has another Webex host now, and Webex does not give this meeting to them. The former host keeps it; it follows the event as before.": "Schránka má teď jiného hostitele Webex a Webex mu tuto schůzku nepředá. Ponechá si ji dosavadní hostitel; událost sleduje jako dřív.",
	"For a meeting of the new host remove the join details from the event, and type @webex as its location.":                                          "Pokud chcete schůzku nového hostitele, odstraňte z události údaje pro připojení a jako místo napište @webex.",

	"Times of this series, or of one of its dates, were changed in Webex in a way that the calendar can't follow. They were put back.": "Časy této série nebo jednoho z jejích termínů byly ve Webexu změněny tak, že je kalendář nemůže převzít. Byly vráceny.",
	"Move the series or the date in Outlook. The next change clears this note.":                                                        "Přesuňte sérii nebo termín v Outlooku. Tuto poznámku odstraní příští změna.",

	"Microsoft or Webex asked for a pause; it goes on by itself.":                                    "Microsoft nebo Webex požádal o přestávku; pak se bude samo pokračovat.",
	"Microsoft or Webex does not answer at the moment; it is tried again by itself.":                 "Microsoft nebo Webex teď neodpovídá; zkusí se to samo znovu.",
	"One of your accounts is signed out, so nothing can be changed at the moment.":                   "Jeden z vašich účtů je odhlášen, takže teď nelze nic měnit.",
	"Connect the account again that is marked above. What was missed is then made up for.":           "Propojte ho znovu na stránce účtu. Co se zameškalo, se pak dožene.",
	"The meeting is running. The change follows when it ends.":                                       "Schůzka právě probíhá. Změna se provede, až skončí.",
	"The calendar does not show the event yet; it is looked for again in a moment.":                  "Kalendář událost ještě neukazuje; za chvíli se vyhledá znovu.",
	"A change was noticed and is checked once more before anything is done.":                         "Změna byla zaznamenána a před provedením se ještě jednou ověří.",
	"Webex did not confirm the new meeting; it is being looked for, so that there is no second one.": "Webex novou schůzku nepotvrdil; hledá se, aby nevznikla druhá.",
	"Unusually many meetings would be deleted at once; that waits for you.":                          "Najednou by se smazalo neobvykle mnoho schůzek; čeká se na vás.",
	"See what needs your attention.":                                                                 "Podívejte se na stránku účtu.",
	"Today's new meetings are used up at Webex; the meeting is made as soon as Webex allows it.":     "Dnešní nové schůzky jsou ve Webexu vyčerpány; schůzka vznikne, jakmile to Webex dovolí.",
	"The meeting is there, and waits for its event to be saved in Outlook.":                          "Schůzka je připravena a čeká, až se událost v Outlooku uloží.",
	"The event is open in Outlook; it goes on once that is saved or closed.":                         "Událost je otevřená v Outlooku; pokračuje se, až bude uložena nebo zavřena.",
	"Would get a meeting: your administrators are looking first.":                                    "Schůzku by dostala: správci si to nejdřív prohlížejí.",
	"The join details were taken out and are put back within the hour.":                              "Údaje pro připojení byly odebrány a do hodiny se vrátí.",
}

// inLanguage returns a text in the pane's language. A text of several sentences
// may be put together of two that are known.
func inLanguage(language, text string) string {
	if language != "cs" {
		return text
	}
	if known, ok := czech[text]; ok {
		return known
	}
	for i := range len(text) {
		if text[i] != ' ' {
			continue
		}
		first, ok := czech[text[:i]]
		second, too := czech[text[i+1:]]
		if ok && too {
			return first + " " + second
		}
	}
	return text
}
