//! Sentences of languages without a profile: the abbreviations that German, French, Hungarian, Romanian and their neighbours share or that
//! cannot be taken for words of another.

use super::{Prefixes, Sentences, WordSet};

pub(in crate::language) static GENERIC: Sentences = Sentences {
    never: WordSet::new(
        "z.b d.h u.a i.d.r bzw vgl ca evtl ggf inkl exkl sog gem lt zzt z.zt z.t u.u d.i i.a i.v
         p.ex par.ex c.-à-d c.à.d cf env
         pl pld ún ill vö kb stb.pl id özv ifj
         ex de.ex cca resp aprox
         p.es ad.es es np m.in tzn tj tzv napr např popř resp bl.a bl.a f.eks t.ex d.v.s dvs
         dr drs prof hr fr frl dipl ing dipl.-ing mag st ste sr sra srta d dña mme mm mlle mgr me m mr mrs ms dl dna dlui gen col maj
         lt cpt kpt hptm obst adm min sen gov jr bgm abg univ phil med iur rer nat hab inż red doc ks bp
         напр см т.е т.к т.н т.зв т.зв тобто проф акад ген ім вул м р",
    ),
    before_name: WordSet::new("mio mrd tsd str bd av av.da pl rue sv szt sf sz im ul os al пл ул"),
    before_number: WordSet::new(
        "nr no n° art arts abs bd bde s ss p pp f ff kap ziff lit rn tab abb fig vol t chap par pkt ust poz rys
         jan jän feb febr mär mrz apr mai jun jul aug sep sept okt oct nov dez dec janv févr avr juil déc ian iul noi dec
         márc ápr máj jún júl szept tel §",
    ),
    only_before_number: WordSet::new(""),
    after_number: WordSet::new("std min sek km m h kg st sz o mln mld r в ст рр"),
    open: WordSet::new("n.chr v.chr u.s U.S U.S.A U.K U.N a.d a.c n.e p.n.e av.j.-c ap.j.-c e.v co corp inc ltd kft rt bt zrt nyrt s.a s.r.l gmbh jh jhd"),
    closing: WordSet::new("usw etc u.a.m u.ä u.dgl stb itd itp ş.a ș.a m.m osv т.д т.п ін та.ін др al"),
    starters: WordSet::new(
        "der die das ein eine er sie es wir ich ihr dies diese dieser dieses und aber doch auch dann danach hier dort so wenn als da
         le la les l' un une il elle ils elles nous vous je ce cet cette ces et mais ou donc puis alors ici si quand
         a az egy ő ők mi ti ez azt ezt és de vagy akkor itt ott ha majd
         el ea ei ele noi voi acest această aceste și dar sau atunci aici dacă
         il lo gli una egli lei loro questo questa e ma poi los las ella ellos esto este esta pero y
         on ona oni my ten ta to i ale w na z do po sie się
         він вона вони це ці й але у в на the he she it they we",
    ),
    prepositions: WordSet::new(
        "in im am an auf mit nach vor bei seit von zu zum zur für gegen durch über unter laut dans en au aux pour par avec sur depuis après
         în la cu din despre după pentru con por para di da per dopo",
    ),
    capitalised: Prefixes::new(""),
    after_measure: WordSet::new(""),
    verb_endings: &[],
    surname_endings: &[],
    reporting: WordSet::new(""),
    headings: WordSet::new("artikel abschnitt kapitel teil article chapitre section partie cikk fejezet articolul capitolul articolo capítulo стаття"),
    ordinal_stop: true,
};
