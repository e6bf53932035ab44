//! English sentences.

use super::{Prefixes, Sentences, WordSet};

pub(in crate::language) static ENGLISH: Sentences = Sentences {
    never: WordSet::new(
        "e.g i.e eg ie cf viz vs v ca approx incl excl esp resp orig q.v i.a
         mr mrs ms mx messrs mme mmes mlle dr drs prof profs hon rev revd fr msgr mgr h.e h.m h.r.h rt
         pres vice-pres sec sen sens rep reps gov govs amb min atty supt comdr
         gen lt col maj capt cpt cmdr cdr adm sgt cpl pvt brig lt.gen lt.col maj.gen brig.gen vice-adm
         insp det const asst assoc dep
         mt ft pt ste ald dist",
    ),
    before_name: WordSet::new(
        "st sts univ inst dept div gdn ed eds trans tr comp repr
         Yu Ya Ye Yo Zh Kh Ch Sh Ts Th Dz Dzh Ph Wm Chas Geo Jos Thos Alex",
    ),
    before_number: WordSet::new(
        "nos nr nrs p pp pg pgs para paras par art arts sect sects ch chs chap chaps cl cls subsec subpara reg regs
         fig figs vol vols bk pt pts ser ver app ann annex rm bldg apt ste tel ext
         jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri
         est b d fl c circa n nn ff l ll ",
    ),
    only_before_number: WordSet::new("no Sat Sun Rom Ex Lev Deut Josh Neh Ps Pss Prov Eccl Isa Jer Ezek Hos Matt Mk Lk Jn Cor Gal Eph Phil Thess Heb Jas"),
    after_number: WordSet::new(
        "ft lb lbs oz yd yds mi km kg cm mm hr hrs min mins sec secs mph km/h sq cu pct deg c bn mn m k",
    ),
    open: WordSet::new(
        "U.S U.S.A US.A U.K U.N E.U U.A.E U.S.S.R R.O.C P.R.C D.P.R.K R.O.K D.C N.Y N.J L.A B.C A.D C.E B.C.E A.M P.M G.M.T E.S.T
         a.m p.m am pm
         inc ltd co corp cos bros plc llc l.l.c jr sr esq ph.d phd m.d b.a m.a b.sc m.sc b.s m.s ll.m ll.b d.phil m.p mba m.b.a j.d d.d.s r.n
         ave blvd rd hwy sq pl ln ter pkwy bn mn mln bln trn tn mil
         Calif Mass Conn Wash Va Pa Md Fla Tex Ala Ariz Ark Colo Del Ga Ill Ind Kan Ky Mich Minn Mont Neb Nev Okla Ore Tenn Vt Wis Wyo
         assn ass'n int'l intl nat'l govt gov't natl",
    ),
    closing: WordSet::new("etc et.al al ibid op.cit loc.cit et.seq seq ff"),
    starters: WordSet::new(
        "the a an this that these those he she it they we i you his her its their our my your there here then thereafter
         i'm i've i'll i'd we're we've we'll they're they've it's he's she's that's there's you're let let's don't
         who whom whose what why how which when where while whereas whether if unless although though as because since
         but and or nor so yet however moreover furthermore meanwhile nevertheless nonetheless also both all some many most
         much more each every no not nobody none nothing neither either everyone everybody everything another other others such several only
         any anyone few fewer less enough today yesterday tomorrow tonight now nowadays earlier later afterwards subsequently recently currently last
         thus therefore hence still even just once finally consequently similarly additionally besides otherwise perhaps maybe
         unfortunately indeed instead previously particularly overall firstly secondly thirdly again further soon
         is are was were has have had does did can could should would must shall
         mr mrs ms dr prof question answer please thank thanks yes well never often sometimes usually always nearly almost
         two three four five six seven eight nine ten",
    ),
    prepositions: WordSet::new(
        "in on at by for from to with after before during since until till within without about above against among between
         through throughout upon despite over into onto across along amid around behind below beneath beside beyond following per via
         according concerning regarding",
    ),
    capitalised: Prefixes::new(
        "president secretary congress senat embass ambassador department treasur governmen army navy naval marine coast supreme court
         constitution dollar federal capitol vice-president attorney trade-rep defense defence minister foreign chief chair ceo judge
         justice national bureau agenc securit representative rep sen gov gen administration central military force charter council
         general resolution commission high commissioner peace special envoy permanent coordinator mission state customs air house
         steel open virgin border immigration citizenship patent district consul bank chamber committee moscow minsk kyiv london brussels beijing",
    ),
    after_measure: WordSet::new("eastern pacific central atlantic mountain moscow minsk kyiv london brussels geneva washington beijing greenwich local"),
    verb_endings: &[],
    surname_endings: &[],
    reporting: WordSet::new(
        "said says asked asks replied answered added told wondered exclaimed shouted cried demanded inquired enquired noted
         stressed wrote writes continued insisted interrupted joked quipped warned declared retorted repeated began concluded remarked",
    ),
    headings: WordSet::new(
        "article articles section chapter part annex appendix clause paragraph rule title table figure fig tab schedule protocol item
         question day lesson step note book volume scene act art sect ch",
    ),
    ordinal_stop: false,
};
